// What a deployment would do to each resource: the template that stands, beside the one that is to stand.
import type { Change } from "../target.ts";
import type { ChosenParameter } from "./parameters.ts";
import { isMadeAnew } from "./stack.ts";
import type { AwsStanding } from "./standing.ts";
import type { Fields, Template, TemplateResource } from "./template.ts";

export interface Comparison {
  readonly template: Template;
  readonly parameters: readonly ChosenParameter[];
  readonly packaging: string;
  /** The stack that is deployed to. */
  readonly stackName: string;
}

export function compareTemplates(wanted: Comparison, standing: AwsStanding): Change[] {
  const { template, stackName } = wanted;
  const here = standing.stack;
  const { template: former, stack: { StackStatus } = {} } = here ?? {};
  if (here === undefined || former === undefined || isMadeAnew(StackStatus)) return created(wanted, standing);
  if (here.stack.StackName !== stackName)
    return [
      ...created(wanted, standing),
      ...everything(standing, "orphan", `in the stack ${here.stack.StackName}`),
    ];
  const physical = new Map(here.resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  const before = former.Resources;
  const changed = wanted.parameters.filter(({ isChanged }) => isChanged);
  const changes = present(wanted, standing).map(([id, resource]): Change => {
    const { Type: type } = resource;
    const known = physical.get(id);
    if (known === undefined) return { what: "create", type, name: id };
    if (here.missing.includes(id))
      return { what: "create", type, name: known, detail: "was removed by hand" };
    const last = before[id];
    if (isRepacked(last, resource))
      return {
        what: "orphan",
        type,
        name: known,
        detail: "AWS does not turn a zip into an image, or back, under one name",
      };
    const detail = [...differences(last, resource), ...concerned(template, resource, changed)].join(", ");
    return detail === ""
      ? { what: "unchanged", type, name: known }
      : { what: "change", type, name: known, detail };
  });
  const kept = new Set(present(wanted, standing).map(([id]) => id));
  const gone = Object.entries(before).filter(([id]) => physical.has(id) && !kept.has(id));
  return [
    ...changes,
    ...gone.map(([id, { Type: type, DeletionPolicy }]): Change => {
      const name = physical.get(id) ?? id;
      return DeletionPolicy === "Retain"
        ? { what: "orphan", type, name, detail: "kept, with its data, and in no stack" }
        : { what: "remove", type, name };
    }),
  ];
}

function created(wanted: Comparison, standing: AwsStanding): Change[] {
  return present(wanted, standing).map(([name, { Type: type }]) => ({ what: "create", type, name }));
}

function everything({ stack }: AwsStanding, what: "orphan", detail: string): Change[] {
  return (stack?.resources ?? []).map(({ type, physicalId }) => ({ what, type, name: physicalId, detail }));
}

/** Those whose condition holds. */
function present({ template, parameters }: Comparison, { stack }: AwsStanding): [string, TemplateResource][] {
  const before = new Map(stack?.stack.Parameters?.map((one) => [one.ParameterKey, one.ParameterValue]));
  const parameterValue = (key: string): unknown => {
    const chosen = parameters.find((one) => one.key === key);
    return chosen?.value ?? before.get(key) ?? template.Parameters?.[key]?.Default ?? "";
  };
  const conditions = (template as { Conditions?: Fields }).Conditions ?? {};
  return Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds(conditions[Condition], parameterValue),
  );
}

/** The two forms that the manifest writes: a parameter is empty, or is not. */
function holds(condition: unknown, parameterValue: (key: string) => unknown): boolean {
  const { "Fn::Not": not, "Fn::Equals": equals } = condition as {
    "Fn::Not"?: [unknown];
    "Fn::Equals"?: [{ Ref: string }, string];
  };
  if (not !== undefined) return !holds(not[0], parameterValue);
  return equals === undefined || String(parameterValue(equals[0].Ref)) === equals[1];
}

function isRepacked(before: TemplateResource | undefined, after: TemplateResource): boolean {
  const [former, now] = [before?.Properties["PackageType"], after.Properties["PackageType"]];
  return former !== undefined && now !== undefined && former !== now;
}

/** Names of the properties that differ. */
function differences(before: TemplateResource | undefined, after: TemplateResource): string[] {
  if (before === undefined) return ["new in the template"];
  const names = new Set([...Object.keys(before.Properties ?? {}), ...Object.keys(after.Properties ?? {})]);
  const differing = [...names].filter((name) => !isSame(before.Properties?.[name], after.Properties?.[name]));
  const beside = ({ Properties: _, Metadata: __, ...rest }: TemplateResource): unknown => rest;
  return isSame(beside(before), beside(after)) ? differing : [...differing, "its attributes"];
}

function concerned(
  template: Template,
  resource: TemplateResource,
  changed: readonly ChosenParameter[],
): string[] {
  const text = JSON.stringify(resource);
  const conditions = Object.entries((template as { Conditions?: Fields }).Conditions ?? {});
  return changed
    .filter(({ key }) => {
      const words = [`"Ref":"${key}"`, `\${${key}}`];
      const names = conditions
        .filter(([, one]) => JSON.stringify(one).includes(`"${key}"`))
        .map(([name]) => `["${name}"`);
      return [...words, ...names].some((word) => text.includes(word));
    })
    .map(({ name }) => `parameter ${name}`);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
