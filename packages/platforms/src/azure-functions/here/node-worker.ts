// The Node worker of Azure Functions in small: it makes invocations through the model of the real `@azure/functions`, as
// the worker does (azure-functions-nodejs-worker 3, InvocationHandler.ts).
import type { Binding } from "../bindings.ts";
import { loadFunctions, type ProgrammingModel, type Registered, type TypedData } from "./functions-core.ts";
import type { FunctionsHost, Handed, HostRequest, Native, Outputs } from "./host.ts";
import { exchange, type Front, forwarded, type WireReply } from "./wire.ts";

/** An invocation as it comes over gRPC. */
export interface WireInvocation extends Native {
  readonly data: TypedData | undefined;
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly retryCount?: number;
}

export interface NodeWorker extends FunctionsHost {
  readonly registered: ReadonlyMap<string, Registered>;
}

export interface WorkerOptions {
  readonly front: Front;
  /** Of the functions that ask for one; without it the host lets everybody in, as on a developer's machine. */
  readonly functionKey?: string;
}

/** @param load what the worker loads: it registers its functions. */
export async function startWorker(load: () => unknown, options: WorkerOptions): Promise<NodeWorker> {
  const { functions: registered, model } = await loadFunctions(load);
  const port = await streamPort(model);
  const functions = [...registered].map(([name, one]) => ({ name, trigger: triggerOf(one) }));
  const invoke = async (name: string, native: Native): Promise<Outputs> => {
    const one = registered.get(name);
    if (one === undefined || model === undefined) throw new Error(`${name} is not registered.`);
    return invokeTyped(model, one, native as WireInvocation, nextId());
  };
  return {
    registered,
    functions,
    payload: "data",
    invoke,
    handOver: async (name, handed) => invoke(name, toWire(registered.get(name), handed)),
    request: async (request) => {
      const routed = routeOf([...registered.values()], request);
      if (routed === undefined || model === undefined) return bare(404);
      if (!isLetIn(routed, request, options)) return bare(401);
      return sendRequest(model, routed, port, request, options.front);
    },
  };
}

let invocations = 0;
const nextId = (): string => `invocation-${++invocations}`;

let stream: Promise<string | undefined> | undefined;

/** The library listens once per process. */
async function streamPort(model: ProgrammingModel | undefined): Promise<number> {
  stream ??= model?.getCapabilities({}).then(({ HttpUri }) => HttpUri);
  return Number(new URL((await stream) ?? "http://localhost:1").port);
}

function triggerOf({ metadata }: Registered): Binding {
  const found = Object.values(metadata.bindings).find(({ direction }) => direction === "in");
  if (found === undefined) throw new Error(`${metadata.name} has no trigger.`);
  return found;
}

/** Bytes are bytes only where the binding says so; of a text the worker makes what it finds in it. */
function toWire(
  registered: Registered | undefined,
  { data, metadata, retryCount = 0 }: Handed,
): WireInvocation {
  const isBinary = registered !== undefined && triggerOf(registered)["dataType"] === "binary";
  const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const typed = (): TypedData => {
    if (data instanceof Uint8Array) return isBinary ? { bytes: data } : { string: textOf(data) };
    if (!Array.isArray(data) || !data.every((one) => one instanceof Uint8Array))
      return { json: JSON.stringify(data) };
    return isBinary
      ? { collectionBytes: { bytes: data } }
      : { collectionString: { string: data.map(textOf) } };
  };
  const triggerMetadata = Object.entries(metadata).map(([name, value]) => [name, toTyped(value)] as const);
  return { data: typed(), triggerMetadata: Object.fromEntries(triggerMetadata), retryCount };
}

/** As `ToRpc` of the host does: texts are texts, and whatever is no object is JSON. */
function toTyped(value: unknown): TypedData {
  if (typeof value === "string" && !/^\d{4}-\d\d-\d\dT/.test(value)) return { string: value };
  return { json: JSON.stringify(value) };
}

async function invokeTyped(
  model: ProgrammingModel,
  { metadata, callback }: Registered,
  { data, triggerMetadata, retryCount = 0 }: WireInvocation,
  invocationId: string,
): Promise<Outputs> {
  const [name] = Object.entries(metadata.bindings).find(([, one]) => one.direction === "in") ?? [];
  const invocation = model.getInvocationModel({
    invocationId,
    metadata,
    request: {
      inputData: [{ name, data }],
      triggerMetadata,
      ...(retryCount > 0 ? { retryContext: { retryCount, maxRetryCount: 4 } } : {}),
      traceContext: { traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    },
    log: () => {},
  });
  const { context, inputs } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, inputs, callback);
  const { outputData = [] } = await invocation.getResponse(context, result);
  return Object.fromEntries(outputData.map(({ name, data }) => [name, data["string"]]));
}

/** A literal route goes before one that takes the rest. */
function routeOf(registered: readonly Registered[], { method, path }: HostRequest): Registered | undefined {
  const routed = registered.filter((one) => {
    const { type, methods } = triggerOf(one);
    return type === "httpTrigger" && (methods as string[]).includes(method);
  });
  const withRoute = (route: string) => routed.find((one) => triggerOf(one)["route"] === route);
  return withRoute(path.slice(1)) ?? withRoute("{*path}");
}

function isLetIn(one: Registered, { headers = [] }: HostRequest, { functionKey }: WorkerOptions): boolean {
  if (functionKey === undefined || triggerOf(one)["authLevel"] !== "function") return true;
  return headers.some(([name, value]) => name === "x-functions-key" && value === functionKey);
}

const bare = (status: number): WireReply => ({ status, headers: [], body: new Uint8Array() });

/** What the client sent goes to the library's own server; the invocation that it belongs to, by gRPC. */
async function sendRequest(
  model: ProgrammingModel,
  registered: Registered,
  port: number,
  { method, path, query, headers = [], body, caller }: HostRequest,
  front: Front,
): Promise<WireReply> {
  const id = nextId();
  const fields = forwarded(headers, { ...front, caller });
  const joined: Record<string, string> = {};
  for (const [name, value] of fields) joined[name] = name in joined ? `${joined[name]},${value}` : value;
  const target = query === undefined ? path : `${path}?${query}`;
  const sent = { method, target, headers: [...fields, ["x-ms-invocation-id", id] as const], body };
  const wire = { data: undefined, triggerMetadata: { Headers: toTyped(joined) } };
  const [reply] = await Promise.all([exchange(port, sent), invokeTyped(model, registered, wire, id)]);
  return reply;
}
