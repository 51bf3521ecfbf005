// Stands for az, as a program of its own: a deployment creates what its template says carries the stage's tag, and lists
// answer as az does. It reads no Bicep beyond that; what it should refuse, a test says in AZ_REFUSES.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseTemplate } from "../../src/azure-functions/template.ts";

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  tags: Record<string, string>;
  deployment?: { readonly parameters: Record<string, { value: string }> };
}

const folder = process.env["DOUBLE_FOLDER"] ?? "";
const file = `${folder}/state.json`;
const words = process.argv.slice(2);
appendFileSync(`${folder}/log`, `${JSON.stringify(words)}\n`);
const things: Thing[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
const save = (): void => writeFileSync(file, JSON.stringify(things));
const flag = (name: string): string => words[words.indexOf(`--${name}`) + 1] ?? "";
const after = (name: string): string[] => {
  const rest = words.slice(words.indexOf(`--${name}`) + 1);
  const end = rest.findIndex((word) => word.startsWith("--"));
  return end === -1 ? rest : rest.slice(0, end);
};
const pairs = (all: readonly string[]): Record<string, string> =>
  Object.fromEntries(all.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
const command = words
  .slice(
    0,
    [...words, "-"].findIndex((word) => word.startsWith("-")),
  )
  .join(" ");

const [pattern, saying] = (process.env["AZ_REFUSES"] ?? "").split(" => ");
if (pattern && new RegExp(pattern).test(words.join(" "))) refuse(saying ?? "");

const deploymentType = "Microsoft.Resources/deployments";
const named = (type: string, name: string): Thing | undefined =>
  things.find((one) => one.type === type && one.name === name);
// The vault is another group's.
const beside = [deploymentType, "Microsoft.Resources/resourceGroups", "secret"];
const inGroup = (): Thing[] => things.filter(({ type }) => !beside.includes(type));
const tagged = (): Thing[] => {
  const [, deployment] = flag("tag").split("=");
  return inGroup().filter(({ tags }) => tags["faasade-deployment"] === deployment);
};

const commands: Readonly<Record<string, () => void>> = {
  version: () => print("2.90.0"),
  "bicep version": () => print("Bicep CLI version 0.44.1"),
  "account show": () => print(JSON.stringify({ name: "Demo", id: "0-1", user: { name: "dev@example.org" } })),
  "group exists": () =>
    print(String(named("Microsoft.Resources/resourceGroups", flag("name")) !== undefined)),
  "group create": () => add("Microsoft.Resources/resourceGroups", flag("name"), pairs(after("tags"))),
  "group show": () =>
    show(named("Microsoft.Resources/resourceGroups", flag("name")), "ResourceGroupNotFound"),
  "group delete": () => remove(named("Microsoft.Resources/resourceGroups", flag("name"))),
  "resource list": () => {
    const found = words.includes("--tag") ? tagged() : inGroup();
    const type = /type=='([^']+)'/.exec(flag("query"))?.[1];
    if (type === undefined) print(JSON.stringify(found));
    else print(found.find((one) => one.type === type)?.id ?? "");
  },
  "resource create": () => add(flag("resource-type"), flag("name"), {}),
  "resource delete": () => remove(things.find(({ id }) => id === flag("ids"))),
  "tag update": () => {
    const found = things.find(({ id }) => id === flag("resource-id"));
    Object.assign(found?.tags ?? {}, pairs(after("tags")));
    save();
  },
  "deployment group create": deployTemplate,
  "deployment group show": () => {
    const found = named(deploymentType, flag("name"));
    if (found === undefined) refuse(`(DeploymentNotFound) Deployment '${flag("name")}' could not be found.`);
    const site = things.find(({ type }) => type === "Microsoft.Web/sites");
    const outputs = {
      siteName: { value: site?.name },
      url: { value: `https://${site?.name}.azurewebsites.net` },
    };
    if (flag("query").endsWith("siteName.value")) print(site?.name ?? "");
    else
      print(
        JSON.stringify({ properties: { provisioningState: "Succeeded", outputs, ...found?.deployment } }),
      );
  },
  "functionapp config appsettings list": () =>
    print(
      JSON.stringify([
        { name: "PHOTOS_URL", value: "azure-blob://datax/photos" },
        { name: "LEDGER_URL", value: "postgres://u:secret@h/d" },
      ]),
    ),
  "keyvault secret show": () => show(named("secret", flag("name")), "SecretNotFound"),
  "keyvault secret set": () => add("secret", flag("name"), {}),
};
(commands[command] ?? (() => refuse(`'${command}' is misspelled or not recognized by the system.`)))();

function deployTemplate(): void {
  const name = flag("name");
  const text = readFileSync(flag("template-file"), "utf8");
  const { resources } = parseTemplate(text);
  const tags = {
    "faasade-app": name.replace(/-demo$/, ""),
    "faasade-stage": "demo",
    "faasade-deployment": name,
  };
  for (const { symbol, type } of resources) {
    const own = symbol.startsWith("data") ? "data" : symbol === "host" ? "host" : `${name}-${symbol}-`;
    if (named(type, `${own}x1`) === undefined) add(type, `${own}x1`, { ...tags });
  }
  const given = pairs(after("parameters").filter((one) => !one.startsWith("@")));
  const parameters = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { value }]));
  const before = named(deploymentType, name);
  if (before !== undefined) things.splice(things.indexOf(before), 1);
  things.push({ id: `/d/${name}`, name, type: deploymentType, tags: {}, deployment: { parameters } });
  save();
}

function add(type: string, name: string, tags: Record<string, string>): void {
  if (named(type, name) === undefined) things.push({ id: `/s/${type}/${name}`, name, type, tags });
  save();
}

function remove(thing: Thing | undefined): void {
  if (thing === undefined) refuse("(ResourceNotFound) The Resource was not found.");
  else if (thing.type.endsWith("resourceGroups"))
    things.splice(0, things.length, ...things.filter(({ type }) => type === "secret"));
  else things.splice(things.indexOf(thing), 1);
  save();
}

function show(thing: Thing | undefined, code: string): void {
  if (thing === undefined) refuse(`(${code}) It could not be found.`);
  print(JSON.stringify(thing));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(saying: string): never {
  process.stderr.write(`ERROR: ${saying}\n`);
  process.exit(1);
}
