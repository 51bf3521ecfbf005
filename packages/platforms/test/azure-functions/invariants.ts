// What holds of every manifest for Azure, whatever the app.
import { toVariable } from "@faasade/core/adapter";
import { expect } from "vitest";
import { roles } from "../../src/azure-functions/manifest/roles.ts";
import type { Deployment } from "../../src/shared/platform.ts";
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
  checkSymbols(bicep);
  for (const resource of bicep.resources) checkResource(bicep, resource);
  checkSecrets(bicep);
  checkSettings(bicep, deployment);
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

function checkSymbols({ parameters, variables, resources, outputs }: BicepFile): void {
  const declared = new Set([
    ...parameters.keys(),
    ...variables.keys(),
    ...resources.map(({ symbol }) => symbol),
  ]);
  const texts = [
    ...variables.values(),
    ...outputs.values(),
    ...resources.map((one) => `${one.condition} ${one.body}`),
  ];
  for (const text of texts)
    for (const name of mentioned(text)) if (name !== "undefined") expect(declared, text).toContain(name);
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

/** Every role is known, on one thing of its own, and no wider than its grant; the host's own storage is apart. */
function checkRoles({ resources }: BicepFile, { functions }: Deployment): void {
  const written = functions
    .flatMap(({ grants }) => grants)
    .filter(({ kind, access }) => kind === "object-store" && (access === "write" || access === "readWrite"))
    .map(({ name }) => name.replaceAll(/[-/](.)/g, (_, first: string) => first.toUpperCase()));
  for (const { body } of resources.filter(({ type }) => type.includes("roleAssignments"))) {
    const id = /roleDefinitions', '([\w-]+)'/.exec(body)?.[1];
    const role = Object.entries(roles).find(([, one]) => one === id)?.[0];
    const scope = /^ {2}scope: (\w+)$/m.exec(body)?.[1];
    expect([role, scope]).toEqual([expect.any(String), expect.any(String)]);
    if (role === "Storage Blob Data Owner") expect(scope).toBe("host");
    else expect(["host", "data", "serviceBus", "eventHubs"]).not.toContain(scope);
    const store = /^(\w+)Store$/.exec(scope ?? "")?.[1];
    if (store === undefined || role !== "Storage Blob Data Contributor") continue;
    expect(written).toContain(store);
  }
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
