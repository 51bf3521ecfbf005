// Azure Functions at run time, by its model for Node: registers every function of an artefact with the host.
import { app, type HttpRequest, type InvocationContext } from "@azure/functions";
import { defaultMaxAttempts, type FunctionEntry, readTraceparent } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { fieldsOf, textOf } from "../shared/fields.ts";
import type { ProcessHostOptions } from "../shared/host.ts";
import { answerEvent } from "./answer-event.ts";
import {
  type Binding,
  deadLettersBinding,
  deadLettersName,
  eventGridBinding,
  isDropped,
  messageBinding,
  retryOf,
  serviceOf,
  timerBinding,
} from "./bindings.ts";
import {
  expressionsOf,
  type FunctionApp,
  logError,
  mostAttempts,
  openFunctionApp,
  resourceUrl,
} from "./function-app.ts";
import { callRoute, httpFunction, httpMethods, schedulesSetting, timerName } from "./names.ts";
import type { NativeEvent } from "./native-event.ts";

// Requests then come over HTTP, in chunks as well, which are lost otherwise. It can be said once per process.
app.setup({ enableHttpStream: true });

/**
 * Registers one function for all HTTP routes, and one for each function that is started by anything else. What needs a
 * setting that is not there is not registered, and said in the log; messages wait where they are then.
 * @throws {TypeError} when two functions of the artefact claim one route or one name.
 * @throws {Error} outside of Azure Functions, where nothing can be registered.
 */
export function register(artefact: Artefact, options: ProcessHostOptions = {}): void {
  requireHost();
  const functionApp = openFunctionApp(artefact, options);
  if (artefact.functions.some(({ trigger }) => trigger.kind === "http")) registerRoutes(functionApp);
  for (const entry of artefact.functions) registrations[entry.trigger.kind](functionApp, entry);
}

/** The library goes on without its host, and registers nothing, with a warning only. */
function requireHost(): void {
  try {
    process.getBuiltinModule("node:module").createRequire(import.meta.url)("@azure/functions-core");
  } catch (cause) {
    throw new Error("Cannot register functions: this is not a worker of Azure Functions.", { cause });
  }
}

const registrations: Readonly<
  Record<FunctionEntry["trigger"]["kind"], (functionApp: FunctionApp, entry: FunctionEntry) => void>
> = {
  http: () => {},
  call: registerCall,
  object: (functionApp, entry) => registerEvent(functionApp, entry, eventGridBinding),
  message: registerMessages,
  schedule: registerTimers,
};

function registerRoutes(functionApp: FunctionApp): void {
  app.http(httpFunction, {
    route: "{*path}",
    methods: [...httpMethods],
    authLevel: "anonymous",
    handler: async (request: HttpRequest, _: InvocationContext) =>
      (await import("./http.ts")).answerRequest(functionApp, request),
  });
}

/** Whoever may call has the function's key: the host asks for it. */
function registerCall(functionApp: FunctionApp, { name }: FunctionEntry): void {
  app.http(name, {
    route: callRoute(name),
    methods: ["POST"],
    authLevel: "function",
    handler: async (request: HttpRequest, _: InvocationContext) =>
      (await import("./http.ts")).answerCall(functionApp, name, request),
  });
}

function registerMessages(functionApp: FunctionApp, entry: FunctionEntry): void {
  const { trigger } = entry;
  if (trigger.kind !== "message") return;
  const { source, batch } = trigger;
  const service = serviceOf(resourceUrl(functionApp, source.name));
  if (service !== undefined)
    registerEvent(functionApp, entry, messageBinding(service, entry.name, source, batch !== undefined));
  else
    logError(
      functionApp,
      `Cannot deliver messages of ${source.name}: its URL names no service that starts functions here.`,
      entry.name,
    );
}

function registerTimers(functionApp: FunctionApp, entry: FunctionEntry): void {
  const expressions = expressionsOf(functionApp, entry);
  for (const [at, expression] of expressions.entries())
    registerEvent(functionApp, entry, timerBinding(expression), timerName(entry.name, at));
  if (expressions.length === 0)
    logError(functionApp, `Cannot deliver due times: ${schedulesSetting} has none for it.`, entry.name);
}

function registerEvent(
  functionApp: FunctionApp,
  entry: FunctionEntry,
  binding: Binding,
  name = entry.name,
): void {
  const attempts = isDropped(binding) ? mostAttempts(functionApp, entry, defaultMaxAttempts) : undefined;
  const { retry } = retryOf(attempts ?? 1);
  app.generic(name, {
    trigger: binding,
    ...(attempts === undefined
      ? {}
      : { extraOutputs: [deadLettersBinding(functionApp.artefact.app, entry.name)] }),
    ...(retry === undefined
      ? {}
      : { retry: { ...retry, minimumInterval: { seconds: 2 }, maximumInterval: { seconds: 60 } } }),
    handler: async (data: unknown, context: InvocationContext) => {
      const deadLetter = await answerEvent(functionApp, entry, toNative(data, context), attempts);
      if (deadLetter !== undefined) context.extraOutputs.set(deadLettersName, deadLetter);
    },
  });
}

function toNative(data: unknown, context: InvocationContext): NativeEvent {
  return {
    invocation: context.invocationId,
    data,
    metadata: fieldsOf(context.triggerMetadata),
    retryCount: context.retryContext?.retryCount ?? 0,
    traceparent: readTraceparent(textOf(context.traceContext?.traceParent)),
  };
}
