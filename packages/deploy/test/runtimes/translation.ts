// A template as SAM's translator leaves it, and which of its resources there are under certain parameters.

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
