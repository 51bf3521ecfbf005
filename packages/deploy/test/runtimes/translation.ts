// A template as SAM's translator leaves it, and which of its resources there are under certain parameters.
import { createHash } from "node:crypto";
import { translateTemplate } from "../../../platforms/test/runtimes/sam-template.ts";

export interface Translation {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string | number }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TranslatedResource>>;
}

export interface TranslatedResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export function isPresent(
  { Conditions = {} }: Translation,
  { Condition }: TranslatedResource,
  parameters: ReadonlyMap<string, string>,
): boolean {
  return Condition === undefined || holds(Conditions[Condition], parameters);
}

/** @throws {Error} for a form that the manifests do not use. */
function holds(condition: unknown, parameters: ReadonlyMap<string, string>): boolean {
  const [[name, value] = ["", undefined]] = Object.entries(condition as object) as [string, unknown][];
  if (name === "Fn::Not") return !holds((value as [unknown])[0], parameters);
  if (name !== "Fn::Equals") throw new Error(`Cannot tell whether ${JSON.stringify(condition)} holds.`);
  const [one, other] = value as [{ Ref: string }, string];
  return parameters.get(one.Ref) === other;
}

const translations = new Map<string, Promise<Translation>>();

/** Once for each text: the translator takes seconds to start. */
export function translated(original: string): Promise<Translation> {
  const key = createHash("sha256").update(original).digest("hex");
  const known = translations.get(key) ?? (translateTemplate(original) as Promise<Translation>);
  translations.set(key, known);
  return known;
}

/** As CloudFormation fills them in: what is given, what was before, the default. */
export function parametersOf(
  form: URLSearchParams,
  { Parameters = {} }: Translation,
  former: { readonly parameters: ReadonlyMap<string, string> } | undefined,
) {
  const given = new Map<string, string>();
  for (const [name, key] of form) {
    const index = /^Parameters\.member\.(\d+)\.ParameterKey$/.exec(name)?.[1];
    if (index === undefined) continue;
    const value = form.get(`Parameters.member.${index}.ParameterValue`) ?? former?.parameters.get(key);
    if (value !== undefined) given.set(key, value);
  }
  return new Map(
    Object.entries(Parameters).map(
      ([key, { Default = "" }]) => [key, given.get(key) ?? String(Default)] as const,
    ),
  );
}
