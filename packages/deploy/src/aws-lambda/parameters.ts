// The template's parameters: what the operator gave, what follows from what stands, and what was chosen before.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Wanted } from "../target.ts";
import { isMadeAnew } from "./stack.ts";
import type { AwsStanding } from "./standing.ts";
import type { Template, TemplateParameter } from "./template.ts";

export interface ChosenParameter {
  readonly key: string;
  /** Absent: what the stack has, or the default. */
  readonly value?: string;
  /** Whether the stack has a value that stays. */
  readonly isPrevious: boolean;
  /** That value, where CloudFormation tells it. */
  readonly previous?: string;
  /** Never shown. */
  readonly isSecret: boolean;
  /** What people call it: `LEDGER_URL`, else the key. */
  readonly name: string;
  /** Whether the stack has another value, or none. */
  readonly isChanged: boolean;
}

export interface ChosenParameters {
  readonly parameters: readonly ChosenParameter[];
  /** Without a value from anywhere. */
  readonly missing: readonly (ChosenParameter & { readonly description: string })[];
}

/** @param fixed what the deployment itself knows, such as where the code is. @throws {Refusal} for a value of nothing. */
export function chooseParameters(
  { id, values }: Pick<Wanted, "id" | "values">,
  template: Template,
  standing: AwsStanding,
  fixed: Readonly<Record<string, string>>,
): ChosenParameters {
  const declared = Object.entries(template.Parameters ?? {});
  const names = new Map(
    declared.flatMap(([key, one]) => [[key, key] as const, [variableOf(key, one), key] as const]),
  );
  const unknown = Object.keys(values).filter((name) => !names.has(name));
  if (unknown.length > 0)
    throw new Refusal(
      `Cannot set ${unknown.join(", ")} of ${id.app}: its template has no such parameter. There are: ${[...new Set(declared.map(([key, one]) => variableOf(key, one)))].sort().join(", ")}.`,
    );
  const given = new Map(Object.entries(values).map(([name, value]) => [names.get(name), value]));
  const known = { ...keptBuckets(template, standing), ...fixed };
  const before = new Map(
    standing.stack?.stack.Parameters?.map((one) => [one.ParameterKey, one.ParameterValue]),
  );
  const goes = isMadeAnew(standing.stack?.stack.StackStatus);
  const chosen = declared.map(([key, declaration]) => {
    const isSecret = declaration.NoEcho === true;
    const value = given.get(key) ?? known[key];
    // A secret goes with its stack: what it was is never told.
    const isPrevious = value === undefined && before.has(key) && !(goes && isSecret);
    const previous = isPrevious && !isSecret ? before.get(key) : undefined;
    // A secret's former value is never told, so a given one counts as another.
    const isChanged = value !== undefined && (isSecret || before.get(key) !== value);
    const name = variableOf(key, declaration);
    const description = declaration.Description;
    return {
      key,
      ...(value === undefined ? {} : { value }),
      isPrevious,
      ...(previous === undefined ? {} : { previous }),
      isSecret,
      isChanged,
      name,
      description,
      declaration,
    };
  });
  return {
    parameters: chosen,
    missing: chosen.filter(
      ({ value, isPrevious, declaration }) =>
        value === undefined && !isPrevious && declaration.Default === undefined,
    ),
  };
}

/** Descriptions begin with the environment variable that the parameter fills in. */
function variableOf(key: string, { Description }: TemplateParameter): string {
  return /^([A-Z][A-Z0-9_]*): /.exec(Description)?.[1] ?? key;
}

/** A bucket that an earlier stack left with its data is used again. */
function keptBuckets(template: Template, { keptBuckets = [] }: AwsStanding): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== "AWS::S3::Bucket") continue;
    const name = Properties["BucketName"] as { "Fn::Sub"?: string };
    const pattern = name["Fn::Sub"]?.replace(/\$\{AWS::AccountId\}$/, "");
    const kept = keptBuckets.find(
      (bucket) =>
        pattern !== undefined && bucket.startsWith(pattern) && /^\d+$/.test(bucket.slice(pattern.length)),
    );
    if (kept !== undefined) chosen[`${id}Name`] = kept;
  }
  return chosen;
}
