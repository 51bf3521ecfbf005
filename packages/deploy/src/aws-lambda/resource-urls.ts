// What the functions of a stage are told of its resources: the variables that say a place, and no secret.
import type { Aws } from "./aws.ts";
import { explain } from "./failure.ts";
import type { StackResource } from "./stack-resources.ts";

/** URLs of databases, brokers and mail hold passwords; those of AWS's own services hold none. */
const isPlain = /^(s3:|sqs:|sns:|https:\/\/sqs\.|arn:)/;

/** By variable, such as `PHOTOS_URL`. */
export async function resourceUrls(
  aws: Aws,
  resources: readonly StackResource[],
): Promise<Record<string, string>> {
  const functions = resources.filter(({ type }) => type === "AWS::Lambda::Function");
  const environments = await Promise.all(functions.map(({ physicalId }) => environmentOf(aws, physicalId)));
  const { endpoint } = aws.place;
  const urls = environments.flatMap((environment) =>
    Object.entries(environment)
      .filter(([name, value]) => name.endsWith("_URL") && isPlain.test(value))
      .map(([name, value]) => [
        name,
        value.startsWith("s3:") && endpoint !== undefined ? at(value, endpoint) : value,
      ]),
  );
  return Object.fromEntries(urls.sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)));
}

async function environmentOf(aws: Aws, name: string): Promise<Readonly<Record<string, string>>> {
  const { GetFunctionConfigurationCommand } = await import("@aws-sdk/client-lambda");
  const client = await aws.lambda();
  try {
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return Environment?.Variables ?? {};
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return {};
    throw explain(`read the configuration of ${name}`, error);
  }
}

function at(url: string, endpoint: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}endpoint=${encodeURIComponent(endpoint)}`;
}
