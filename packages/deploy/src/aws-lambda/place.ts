// Where on AWS: region, deployment bucket, and another endpoint where a double stands in.
import { quoted } from "../shared/tool.ts";
import type { Place, StageId, TargetOption } from "../target.ts";

export const options = {
  region: {
    description: "AWS region, such as eu-central-1",
    variables: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    identifies: true,
  },
  bucket: {
    description:
      "bucket that holds code and templates; faasade-<account>-<region> by default, made when missing",
    variables: ["FAASADE_AWS_BUCKET"],
  },
  endpoint: {
    description: "another endpoint for every service, for doubles",
    variables: ["AWS_ENDPOINT_URL"],
  },
} as const satisfies Readonly<Record<string, TargetOption>>;

/** The stack of a stage. Web functions stand beside the event functions, in a stack of their own. */
export function stackOf({ name }: Pick<StageId, "name">, packaging: string): string {
  return packaging === "web" ? `${name}-web` : name;
}

/** What every command of the AWS CLI ends with. */
export function commandSuffix(region: string, { endpoint }: Place): string {
  return ` --region ${region}${endpoint === undefined ? "" : ` --endpoint-url ${quoted(endpoint)}`}`;
}
