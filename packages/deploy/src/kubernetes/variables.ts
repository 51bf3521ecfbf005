// What the pods of an overlay read from their environment, and what of it somebody has to provide.
import { randomBytes } from "node:crypto";
import { urlVariable } from "@faasade/core/adapter";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { commandLine } from "../shared/tool.ts";
import type { Need, Place, Step, Wanted } from "../target.ts";
import type { Kubectl } from "./kubectl.ts";
import { ensureNamespace } from "./namespace.ts";
import type { KubernetesObject } from "./objects.ts";
import { deploymentLabel, namespaceOf } from "./place.ts";

interface Variable {
  readonly name: string;
  readonly from: "setting" | "secret";
  readonly optional: boolean;
}

/** Each once; required where any pod cannot do without. */
export function variablesOf(objects: readonly KubernetesObject[]): Variable[] {
  const variables = new Map<string, Variable>();
  for (const { from, key, optional = false } of referencesIn(objects)) {
    const known = variables.get(key);
    variables.set(key, { name: key, from, optional: optional && (known?.optional ?? true) });
  }
  return [...variables.values()].sort((a, b) => a.name.localeCompare(b.name, "en"));
}

interface Reference {
  readonly from: Variable["from"];
  readonly key: string;
  readonly optional?: boolean;
}

function referencesIn(value: unknown): Reference[] {
  if (typeof value !== "object" || value === null) return [];
  const { secretKeyRef, configMapKeyRef } = value as Record<string, Omit<Reference, "from"> | undefined>;
  const own: Reference[] = [
    ...(secretKeyRef === undefined ? [] : [{ ...secretKeyRef, from: "secret" as const }]),
    ...(configMapKeyRef === undefined ? [] : [{ ...configMapKeyRef, from: "setting" as const }]),
  ];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

/** The settings of an overlay, those that were given among them. */
export function settingsIn(objects: readonly KubernetesObject[]): Readonly<Record<string, string>> {
  const maps = objects.filter(({ kind }) => kind === "ConfigMap");
  return Object.assign({}, ...maps.map((map) => map["data"] as Record<string, string>));
}

/**
 * A ConfigMap is everybody's to read who may look into the namespace.
 * @throws {Refusal} for a setting that is or holds a URL with a password.
 */
export function refusePasswords({ id, build }: Wanted, settings: Readonly<Record<string, string>>): void {
  const telling = Object.entries(settings).find(([, value]) => /:\/\/[^/\s@]*:[^/\s@]+@/.test(value));
  if (telling === undefined) return;
  const [name] = telling;
  const instead = build.resources.some((one) => urlVariable(one.name) === name)
    ? "Say the URL without it: credentials of stores are keys of the app's Secret"
    : `Declare it in the app as secret("${name}", …), which is kept in the Secret, or say a URL without a password`;
  throw new Refusal(
    `Cannot deploy ${id.app} with ${name} as it is: its URL holds a password, and settings are kept in a ConfigMap, which does not hide them. ${instead}.`,
  );
}

/** What was given, apart: what goes into the overlay, and what into the Secret. */
export function splitValues(objects: readonly KubernetesObject[], values: Wanted["values"]) {
  const variables = variablesOf(objects);
  const taking = (from: Variable["from"]): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).filter(([name]) =>
        variables.some((one) => one.name === name && one.from === from),
      ),
    );
  return { settings: taking("setting"), secrets: taking("secret") };
}

/** @param asked whether the cluster can be: otherwise nothing is taken to be there. */
export async function needsOf(
  kubectl: Kubectl,
  wanted: Wanted,
  objects: readonly KubernetesObject[],
  place: Place,
  asked: boolean,
): Promise<Need[]> {
  const { id, build, values } = wanted;
  const settings = settingsIn(objects);
  const there = asked ? await keysOfSecret(kubectl, wanted, place) : undefined;
  const urls = new Set(build.resources.map(({ name }) => urlVariable(name)));
  return variablesOf(objects)
    .filter(({ optional }) => !optional)
    .map(({ name, from }) => {
      const kind = urls.has(name) ? "url" : from;
      if (from === "setting") {
        const state = name in settings ? "there" : "missing";
        const file = `overlays/${id.stage}/settings.env`;
        return { name, kind, state, detail: file, fix: `set it in ${file}, or say --set ${name}=…` } as const;
      }
      const state = (there?.includes(name) ?? false) || name in values ? "there" : "missing";
      const detail = `key of the Secret ${namespaceOf(id, place)}/${id.app}`;
      const fix = `say --set ${name}=@<file that holds it>`;
      const isMade = state === "missing" && kind === "secret";
      const create = isMade ? { create: secretStep(kubectl, wanted, place, name, newSecret) } : {};
      return { name, kind, state, detail, fix, ...create } as const;
    });
}

/** Undefined where there is no such Secret. Its values are not asked for. */
async function keysOfSecret(kubectl: Kubectl, { id }: Wanted, place: Place): Promise<string[] | undefined> {
  const text = await kubectl.run(
    [
      "get",
      `secret/${id.app}`,
      `--namespace=${namespaceOf(id, place)}`,
      "--ignore-not-found",
      '-o=go-template={{"found"}}{{range $key, $value := .data}} {{$key}}{{end}}',
    ],
    { to: `see which secrets ${id.name} has` },
  );
  return text === "" ? undefined : text.trim().split(" ").slice(1);
}

/** Nobody has to know it: 256 random bits. */
function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Puts one key into the app's Secret and leaves the others. Neither the command nor an argument holds its value. */
export function secretStep(
  kubectl: Kubectl,
  { id, build }: Wanted,
  place: Place,
  key: string,
  secretOf: () => string,
): Step {
  const namespace = namespaceOf(id, place);
  // Each key has a manager of its own: what a manager does not apply again, it takes away.
  const args = ["apply", "--server-side", `--field-manager=faasade-${key.toLowerCase()}`, "--filename=-"];
  return {
    name: `secret ${key}`,
    command: `${commandLine("printf", ["%s", manifestOf("<base64>")])} | ${kubectl.line(args)}`,
    async run() {
      if (namespace === id.name) await ensureNamespace(kubectl, id, place);
      const input = manifestOf(Buffer.from(secretOf()).toString("base64"));
      await kubectl.run(args, { to: `keep ${key} in the Secret ${id.app}`, input });
      return `kept in the Secret ${namespace}/${id.app}`;
    },
  };

  function manifestOf(data: string): string {
    const labels = { "faasade-app": build.app, "faasade-stage": id.stage, [deploymentLabel]: id.name };
    const metadata = { name: id.app, namespace, labels };
    return JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, data: { [key]: data } });
  }
}
