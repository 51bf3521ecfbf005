// Where one resource is.
import { entryName } from "./names.ts";
import type { Plan } from "./plan.ts";
import { type Json, ref } from "./values.ts";

export interface Place {
  /** What the function is told, as `<RESOURCE>_URL`. */
  readonly url: Json;
  /** What the role is given; absent where AWS has no say in who may use it. */
  readonly arn?: Json;
  /** A bucket's own name. */
  readonly name?: Json;
}

/** The ARN that the operator gives of what another app deploys. */
export function foreignArn({ template }: Plan, name: string, what: "Function" | "Queue" | "Topic"): Json {
  const id = entryName(name, `${what}Arn`);
  const Description = `The ARN of the ${what.toLowerCase()} ${name}, which another stack deploys.`;
  template.parameter(id, { Type: "String", Description, MinLength: 1 });
  return ref(id);
}
