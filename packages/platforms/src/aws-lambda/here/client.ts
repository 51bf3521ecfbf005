// A double of Lambda's runtime client: asks the Runtime API for events, one after the other, and tells what came of them.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root = ".", _HANDLER: name = "" } = process.env;
const base = `http://${api}/2018-06-01/runtime`;
type Handler = (event: unknown, context: object) => unknown;

const handler = await load().catch((error: unknown) => tell("init/error", toError(error)));
while (handler !== undefined) {
  const next = await fetch(`${base}/invocation/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id") ?? "";
  const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
  const context = {
    awsRequestId: id,
    xRayTraceId: next.headers.get("lambda-runtime-trace-id") ?? undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    await tell(`invocation/${id}/response`, (await handler(await next.json(), context)) ?? null);
  } catch (error) {
    await tell(`invocation/${id}/error`, toError(error));
  }
}

async function load(): Promise<Handler> {
  const [file = "", exported = ""] = name.split(".");
  const module = (await import(pathToFileURL(join(root, `${file}.mjs`)).href)) as Record<string, Handler>;
  const found = module[exported];
  if (found === undefined) throw new TypeError(`${name} is undefined or not exported`);
  if (found.length > 2)
    throw new TypeError(`${name} has a third parameter, which Node.js 24 has no callback for`);
  return found;
}

async function tell(path: string, value: unknown): Promise<undefined> {
  await fetch(`${base}/${path}`, { method: "POST", body: JSON.stringify(value) });
}

function toError(thrown: unknown): object {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { errorType: name, errorMessage: message, trace: stack?.split("\n") ?? [] };
}
