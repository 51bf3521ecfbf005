// The vendors' own types as strict JSON schemas: of Kubernetes as kubernetes-validate brings them, and custom resources.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

const part = process.env["FAASADE_RUNTIMES_MANIFESTS"] ?? "";
const custom = process.env["FAASADE_RUNTIMES_DEFINITIONS"] ?? "";
/** Of Kubernetes; the newest that the package brings. */
export const kubernetesVersion = "1.37";

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema?: { readonly openAPIV3Schema?: Schema };
    }[];
  };
}

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

let folder: string | undefined;
let definitions: Readonly<Record<string, Schema>> | undefined;
const written = new Set<string>();

/** Templates of kubeconform's for where schemas of these objects are; undefined where a part is not installed. */
export function vendorTypes(documents: readonly string[]): readonly string[] | undefined {
  const builtIn = builtInFolder();
  if (builtIn === undefined || !existsSync(custom)) return undefined;
  folder ??= temporaryFolder();
  for (const document of documents) {
    const typed = parse(document) as Typed;
    const name = `${typed.apiVersion} ${typed.kind}`;
    if (!written.has(name) && !writeBuiltInType(builtIn, folder, typed)) writeCustomType(folder, typed);
    written.add(name);
  }
  return ["_{{.Group}}_{{.ResourceAPIVersion}}", "{{.KindSuffix}}"].map((suffix) =>
    join(folder as string, `{{.ResourceKind}}${suffix}.json`),
  );
}

function builtInFolder(): string | undefined {
  const libraries = [join(part, "venv", "lib"), join(part, "venv", "Lib")].filter((folder) =>
    existsSync(folder),
  );
  const inside = ["kubernetes_validate", "kubernetes-json-schema", `v${kubernetesVersion}.0-local-strict`];
  return libraries
    .flatMap((library) => [
      join(library, "site-packages"),
      ...readdirSync(library).map((name) => join(library, name, "site-packages")),
    ])
    .map((packages) => join(packages, ...inside))
    .find((folder) => existsSync(folder));
}

/** A file per kind and version, until the process ends. */
function temporaryFolder(): string {
  const place = mkdtempSync(join(tmpdir(), "faasade-types-"));
  process.once("exit", () => rmSync(place, { recursive: true, force: true }));
  return place;
}

/** With the definitions that it needs and no others: all of them would be read for every kind. */
function writeBuiltInType(builtIn: string, place: string, { apiVersion, kind }: Typed): boolean {
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const file = `${[kind, group.split(".", 1)[0], version].filter(Boolean).join("-").toLowerCase()}.json`;
  if (!existsSync(join(builtIn, file))) return false;
  definitions ??= (
    JSON.parse(readFileSync(join(builtIn, "_definitions.json"), "utf8")) as {
      $defs: Readonly<Record<string, Schema>>;
    }
  ).$defs;
  const needed = new Map<string, Schema>();
  const schema = readFileSync(join(builtIn, file), "utf8");
  const gather = (text: string): void => {
    for (const [, name = ""] of text.matchAll(/"(?:\/api\/_definitions\.json)?#\/\$defs\/([^"]+)"/g)) {
      const definition = definitions?.[name];
      if (definition === undefined || needed.has(name)) continue;
      needed.set(name, definition);
      gather(JSON.stringify(definition));
    }
  };
  gather(schema);
  const whole = { ...(JSON.parse(schema) as Schema), $defs: Object.fromEntries(needed) };
  writeFileSync(join(place, file), JSON.stringify(whole).replaceAll("/api/_definitions.json#", "#"));
  return true;
}

/** Only the file that defines the kind is read as YAML: some have a megabyte. */
function writeCustomType(place: string, { apiVersion, kind }: Typed): void {
  const group = apiVersion.split("/", 1)[0] ?? "";
  for (const file of readdirSync(custom, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name), "utf8");
    if (![`kind: ${kind}\n`, `group: ${group}\n`].every((line) => text.includes(line))) continue;
    for (const document of parseAllDocuments(text)) {
      const definition = document.toJS() as Definition | null;
      if (definition?.kind !== "CustomResourceDefinition") continue;
      const { names, versions } = definition.spec;
      for (const { name, schema } of definition.spec.group === group ? versions : []) {
        if (schema?.openAPIV3Schema === undefined) continue;
        const path = join(place, `${names.kind.toLowerCase()}_${group}_${name}.json`);
        writeFileSync(path, JSON.stringify(strict(schema.openAPIV3Schema, true)));
      }
    }
  }
}

/** The API server drops what a type does not name: here that is an error, as a dropped field is a mistake. */
function strict(schema: Schema, isRoot = false): Schema {
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === "properties") return [keyword, mapValues(value as Record<string, Schema>, strict)];
    if (["items", "additionalProperties", "not"].includes(keyword) && isSchema(value))
      return [keyword, strict(value)];
    return [keyword, value];
  });
  const made = Object.fromEntries(entries) as Record<string, unknown>;
  if (schema["x-kubernetes-int-or-string"] === true) {
    delete made["type"];
    return made;
  }
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true || schema.properties === undefined;
  if (!isOpen && schema["additionalProperties"] === undefined) made["additionalProperties"] = false;
  if (!isRoot) return made;
  const properties = made["properties"] as Record<string, Schema>;
  const object = { type: "object" };
  return {
    ...made,
    properties: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: object, ...properties },
  };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}

function mapValues(
  all: Readonly<Record<string, Schema>>,
  change: (one: Schema) => Schema,
): Record<string, Schema> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));
}
