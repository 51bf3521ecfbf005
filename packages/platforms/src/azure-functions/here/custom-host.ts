// A host that speaks the contract of custom handlers over HTTP (azure-functions-host 4, DefaultHttpWorkerService.cs and
// ScriptInvocationContextExtensions.cs), to whatever listens on a port.
import { triggerName } from "../bindings.ts";
import type { FunctionsHost, Handed, HostFunction, Native, Outputs } from "./host.ts";
import { exchange, type Front, forwarded, type WireReply } from "./wire.ts";

/** @param functions as their function.json has them. */
export function customHost(port: number, functions: readonly HostFunction[], front: Front): FunctionsHost {
  return {
    functions,
    payload: "Data",
    handOver: async (name, handed) => {
      const found = functions.find((one) => one.name === name);
      if (found === undefined) throw new Error(`There is no function ${name}.`);
      return post(port, name, toBody(found, handed));
    },
    invoke: (name, native) => post(port, name, native),
    // By YARP: what the client sent, and the answer as it is.
    request: ({ method, path, query, headers = [], body, caller }) => {
      const target = query === undefined ? path : `${path}?${query}`;
      return exchange(port, { method, target, headers: forwarded(headers, { ...front, caller }), body });
    },
  };
}

function toBody({ name, trigger }: HostFunction, { data, metadata, retryCount = 0 }: Handed): Native {
  const retry =
    retryCount > 0 ? { RetryContext: { RetryCount: retryCount, MaxRetryCount: 4, Exception: null } } : {};
  const Metadata = {
    ...doubled(metadata),
    ...retry,
    sys: { MethodName: name, UtcNow: "2026-03-29T01:00:00Z" },
  };
  const Data = { [triggerName]: toValue(data, trigger["dataType"] === "binary") };
  return { Data, Metadata };
}

/** @throws {Error} for anything but a 2xx with outputs in JSON: the invocation failed. */
async function post(port: number, name: string, body: Native): Promise<Outputs> {
  const reply = await exchange(port, {
    method: "POST",
    target: `/${name}`,
    headers: [
      ["host", `127.0.0.1:${port}`],
      ["content-type", "application/json; charset=utf-8"],
      ["user-agent", "Azure-Functions-Host/4.1050.0"],
      ["x-azure-functions-hostversion", "4.1050.0"],
      ["x-azure-functions-invocationid", "4a1f-1"],
      ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ],
    body: Buffer.from(JSON.stringify(body)),
  });
  if (reply.status < 200 || reply.status > 299)
    throw new Error(`Response status code ${reply.status}: ${Buffer.from(reply.body).toString()}`);
  return outputsOf(reply);
}

/** Bytes as base64 where the binding says so; several are a list, as JSON within JSON. */
function toValue(data: unknown, isBinary: boolean): unknown {
  const one = (bytes: Uint8Array): string => Buffer.from(bytes).toString(isBinary ? "base64" : "utf8");
  if (data instanceof Uint8Array) return isBinary ? one(data) : JSON.stringify(one(data));
  if (Array.isArray(data) && data.every((each) => each instanceof Uint8Array))
    return JSON.stringify(data.map(one));
  return data;
}

/** What is no object goes as JSON within JSON, times excepted. */
function doubled(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isPlain = (value: unknown): boolean =>
    (typeof value === "object" && !Array.isArray(value)) || /^\d{4}-\d\d-\d\dT/.test(String(value));
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, isPlain(value) ? value : JSON.stringify(value)]),
  );
}

/** A text output that is valid base64 is decoded, whatever it was meant to be. */
function outputsOf({ body }: WireReply): Outputs {
  const { Outputs = {} } = JSON.parse(Buffer.from(body).toString("utf8")) as {
    Outputs?: Record<string, unknown>;
  };
  const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return Object.fromEntries(
    Object.entries(Outputs).map(([name, value]) => [
      name,
      typeof value === "string" && isBase64(value) ? Buffer.from(value, "base64") : value,
    ]),
  );
}
