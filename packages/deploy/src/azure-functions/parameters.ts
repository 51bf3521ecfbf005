// What the template is given: what the operator said, else what the last deployment was given.
import type { Wanted } from "../target.ts";
import type { AzureStanding } from "./look.ts";
import { ownParameters, type Parameter, type Template } from "./template.ts";

export interface Given {
  readonly parameter: Parameter;
  readonly value: string;
}

export function givenTo(
  { parameters }: Template,
  { values }: Pick<Wanted, "values">,
  standing: Pick<AzureStanding, "parameters">,
): readonly Given[] {
  return parameters.flatMap((parameter) => {
    if (ownParameters.includes(parameter.name)) return [];
    const said = values[parameter.variable] ?? values[parameter.name];
    // A default may have changed with the build: only what somebody had to say is kept.
    const former = parameter.isNeeded ? standing.parameters[parameter.name] : undefined;
    const value = said ?? (former === undefined ? undefined : String(former));
    return value === undefined ? [] : [{ parameter, value }];
  });
}
