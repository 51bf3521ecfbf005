// Values of a CloudFormation template, and its functions.

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
export type Properties = Readonly<Record<string, Json>>;

export function ref(id: string): Json {
  return { Ref: id };
}

export function attribute(id: string, name: string): Json {
  return { "Fn::GetAtt": [id, name] };
}

/** `text` with `${Name}` filled in: from `values`, else as `Ref` would. */
export function substitute(text: string, values?: Properties): Json {
  return { "Fn::Sub": values === undefined ? text : [text, values] };
}

export function choose(condition: string, yes: Json, no: Json): Json {
  return { "Fn::If": [condition, yes, no] };
}

/** Stands where a property is to be left out. */
export const nothing = ref("AWS::NoValue");

/** One part of an ARN: 3 is its region, 4 its account, 5 its name. */
export function partOfArn(arn: Json, index: 3 | 4 | 5): Json {
  return { "Fn::Select": [index, { "Fn::Split": [":", arn] }] };
}
