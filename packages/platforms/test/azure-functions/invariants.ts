// What holds of every manifest for Azure, whatever the app.
import { toVariable } from "@faasade/core/adapter";
import { expect } from "vitest";
import { roles } from "../../src/azure-functions/manifest/roles.ts";
import type { Deployment } from "../../src/shared/platform.ts";
import { checkRules } from "./bicep-rules.ts";
import { filesOf } from "./deployments.ts";
import { type BicepFile, type BicepResource, mentioned, readBicep } from "./read-bicep.ts";

/** https://learn.microsoft.com/azure/templates: versions in which what is written here is known. */
const known: Readonly<Record<string, string>> = {
  "Microsoft.Authorization/roleAssignments": "2022-04-01",
  "Microsoft.EventGrid/systemTopics": "2022-06-15",
  "Microsoft.EventHub/namespaces": "2024-01-01",
  "Microsoft.Insights/components": "2020-02-02",
  "Microsoft.KeyVault/vaults": "2023-07-01",
  "Microsoft.OperationalInsights/workspaces": "2023-09-01",
  "Microsoft.ServiceBus/namespaces": "2024-01-01",
  "Microsoft.Storage/storageAccounts": "2023-05-01",
  "Microsoft.Web/serverfarms": "2024-04-01",
  "Microsoft.Web/sites": "2024-04-01",
};

export function checkDeployment(deployment: Deployment): BicepFile {
  const files = filesOf(deployment);
  const bicep = readBicep(String(files.get("main.bicep")));
  checkRules(bicep);
  for (const resource of bicep.resources) checkResource(bicep, resource);
  checkSecrets(bicep);
  checkSettings(bicep, deployment);
  checkLocalSettings(files, deployment);
  checkRoles(bicep, deployment);
  if (deployment.packaging === "custom-handler") checkFolders(files, deployment);
  else
    expect([...files.keys()]).toEqual([
      "main.bicep",
      "host.json",
      "package.json",
      ".funcignore",
      "local.settings.json",
    ]);
  return bicep;
}

function checkResource({ resources }: BicepFile, { type, symbol, body, isExisting }: BicepResource): void {
  const [path = "", version] = type.split("@");
  const [provider, top, ...rest] = path.split("/");
  expect(known[`${provider}/${top}`], type).toBe(version);
  const isTagged = rest.length === 0 && path !== "Microsoft.Authorization/roleAssignments" && !isExisting;
  expect(/^ {2}tags: tags$/m.test(body), symbol).toBe(isTagged);
  const parent = /^ {2}parent: (\w+)$/m.exec(body)?.[1];
  expect(parent === undefined, symbol).toBe(rest.length === 0);
  const above = resources.find((one) => one.symbol === parent)?.type.split("@")[0];
  if (parent !== undefined) expect(above, symbol).toBe(path.split("/").slice(0, -1).join("/"));
  expect(/^ {2}name: /m.test(body), symbol).toBe(true);
}

/** No key is read, none is written, and what is secret comes in as such and goes out nowhere. */
function checkSecrets({ parameters, resources, outputs }: BicepFile): void {
  const all = resources.map(({ body }) => body).join("\n");
  expect(all).not.toMatch(/listKeys|listAccountSas|AccountKey|SharedAccessKey=/i);
  const secure = [...parameters].filter(([, { isSecure }]) => isSecure).map(([name]) => name);
  for (const output of outputs.values())
    for (const name of mentioned(output)) expect(secure).not.toContain(name);
  for (const { type, body, isExisting } of resources) {
    if (isExisting || /\/.*\//.test(type)) continue;
    if (type.includes("storageAccounts")) expect(body).toContain("allowSharedKeyAccess: false");
    if (type.includes("/namespaces")) expect(body).toContain("disableLocalAuth: true");
  }
}

function checkSettings({ resources }: BicepFile, { functions, packaging }: Deployment): void {
  const site = resources.find(({ symbol }) => symbol === "site")?.body ?? "";
  const names = [...site.matchAll(/^ {10}name: '(.*)'$/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  const isHere = ({ trigger }: (typeof functions)[number]) => packaging === "v4" || trigger.kind !== "call";
  for (const { grants, settings } of functions.filter(isHere)) {
    for (const { variable } of settings) expect(names).toContain(variable);
    for (const { kind, name } of grants)
      expect(names).toContain(kind === "secret" ? name : `${toVariable(name)}_URL`);
  }
}

/** For a host on one's own machine: what is known without a deployment, and nothing that is secret. */
function checkLocalSettings(files: ReadonlyMap<string, unknown>, { functions, packaging }: Deployment): void {
  const { Values } = files.get("local.settings.json") as { Values: Record<string, unknown> };
  for (const value of Object.values(Values))
    expect(value).toEqual(expect.not.stringMatching(/\$\{|KeyVault/));
  for (const { kind, name } of functions.flatMap(({ grants }) => grants))
    if (kind === "secret") expect(Values).not.toHaveProperty(name);
  expect(Values["FUNCTIONS_WORKER_RUNTIME"]).toBe(packaging === "v4" ? "node" : "custom");
  expect(String(files.get(".funcignore"))).toMatch(/^local\.settings\.json$/m);
}

/** Every role is known, and on one thing of its own; the host's own storage is apart. */
function checkRoles({ resources }: BicepFile, deployment: Deployment): void {
  const given = resources
    .filter(({ type }) => type.includes("roleAssignments"))
    .map(({ body }) => {
      const id = /roleDefinitions', '([\w-]+)'/.exec(body)?.[1];
      const role = Object.entries(roles).find(([, one]) => one === id)?.[0];
      const scope = /^ {2}scope: (\w+)$/m.exec(body)?.[1];
      const principal = /principalId: (\w+)\.identity/.exec(body)?.[1];
      return `${principal} ${role} on ${scope}`;
    });
  const { granted, hosts } = rolesWanted(deployment);
  expect(given.filter((one) => !hosts.test(one)).sort()).toEqual([...granted].sort());
}

/** What each access needs, and no more; of the drivers that Azure has a say in. */
const needed: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "azure-blob": {
    read: ["Storage Blob Data Reader"],
    write: ["Storage Blob Data Contributor"],
    readWrite: ["Storage Blob Data Contributor"],
  },
  "service-bus": { trigger: ["Azure Service Bus Data Receiver"], send: ["Azure Service Bus Data Sender"] },
  "event-hubs": { trigger: ["Azure Event Hubs Data Receiver"], send: ["Azure Event Hubs Data Sender"] },
  "storage-queue": {
    trigger: ["Storage Queue Data Reader", "Storage Queue Data Message Processor"],
    send: ["Storage Queue Data Message Sender"],
  },
  env: { read: ["Key Vault Secrets User"] },
};
const endings: Readonly<Record<string, string>> = { "object-store": "Store", secret: "Secret" };

function rolesWanted({ functions, packaging, resources }: Deployment) {
  const granted = new Set<string>();
  const isHere = ({ trigger }: (typeof functions)[number]) => packaging === "v4" || trigger.kind !== "call";
  for (const { kind, name, access } of functions.filter(isHere).flatMap(({ grants }) => grants)) {
    const driver = resources.find((one) => one.kind === kind && one.name === name)?.driver ?? "";
    const ending = endings[kind] ?? (kind === "queue" ? "Queue" : "Topic");
    for (const role of needed[driver]?.[access] ?? []) granted.add(`site ${role} on ${camel(name)}${ending}`);
    // What is given up goes into a queue beside it.
    if (driver === "storage-queue" && access === "trigger")
      granted.add(`site Storage Queue Data Message Sender on ${camel(name)}Poison`);
  }
  // The host's own, and Event Grid's to write dead letters.
  const hosts =
    /^(site Storage Blob Data Owner on host|site Monitoring Metrics Publisher on insights|\w+Changes Storage Blob Data Contributor on deadLetters)$/;
  return { granted, hosts };
}

function camel(name: string): string {
  return name.toLowerCase().replaceAll(/[-_/](.)/g, (_, first: string) => first.toUpperCase());
}

function checkFolders(files: ReadonlyMap<string, unknown>, { functions, app }: Deployment): void {
  for (const [path, content] of files) {
    const [folder, file] = path.split("/");
    if (file === undefined) continue;
    expect([folder === app, file]).toEqual([false, "function.json"]);
    const { bindings } = content as {
      bindings: { name: string; direction: string; dataType?: string; type: string }[];
    };
    expect(bindings.filter(({ direction }) => direction === "in")).toHaveLength(1);
    const isMessage = /queue|serviceBus|eventHub/.test(bindings[0]?.type ?? "");
    expect(bindings[0]?.dataType).toBe(isMessage ? "binary" : undefined);
  }
  for (const { name, trigger } of functions)
    expect(files.has(`${name}/function.json`), name).toBe(!["http", "call"].includes(trigger.kind));
}
