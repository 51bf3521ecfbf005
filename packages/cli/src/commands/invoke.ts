// faasade invoke: starts one function now and shows what it answers.

import type { FunctionDescription } from "@faasade/core/adapter";
import type { FunctionState, InvokeReply, InvokeRequest, World } from "@faasade/local/control";
import type { Command } from "commander";
import { CommandFailure, exitCodes, isRefused, refused } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { readGiven, readGivenJson } from "../input.ts";
import { print, printable, printJson, remark } from "../output.ts";
import { parseHeader } from "../parse.ts";
import { addStageOptions, type StageOptions } from "../stage/options.ts";

interface InvokeOptions extends StageOptions {
  readonly data?: string;
  readonly path?: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly json?: true;
}

export default function defineInvoke(command: Command): void {
  addStageOptions(command)
    .argument("<function>", "app/function, or its name alone where that is unique")
    .option("--data <json>", "the event's data, or an http function's JSON body; @file reads a file, - stdin")
    .option("--path <path>", "http: path and query below the app; by default the function's own")
    .option("--method <method>", "http: by default the route's own")
    .option("--header <name: value>", "http: a header field; may be repeated", parseHeader)
    .option("--body <text>", "http: the body as it is; @file reads a file, - stdin")
    .option("--json", "for machines: the reply with its status, headers and milliseconds")
    .action(invoke);
  command.addHelpText(
    "after",
    "\nExits with 3 when the function refuses (4xx), with 1 when it fails (5xx, an exception, its deadline).",
  );
  addExamples(command, [
    ["invoke shop/greet --path /world", "an http function"],
    ["invoke shop/tick", "a schedule, as if it were due now"],
    [`invoke shop/charge --data '{"amount":5}'`, "any other, with its data"],
    ["invoke shop/tick --stage demo", "where it was deployed"],
  ]);
}

async function invoke(name: string, options: InvokeOptions): Promise<void> {
  const reply = await (options.stage === undefined ? invokeHere(name, options) : invokeThere(name, options));
  if (options.json) printJson(reply);
  else show(reply);
  if (!reply.ok) process.exitCode = (await isRefusal(reply)) ? exitCodes.refused : exitCodes.failed;
}

async function invokeHere(name: string, options: InvokeOptions): Promise<InvokeReply> {
  const client = await runningWorld();
  const world = await client.world();
  const trigger = findFunction(world, name)?.trigger;
  const app = world.apps.find((one) => one.name === name);
  if (trigger === undefined && app !== undefined && !isFunction(world, name)) {
    const known = app.functions.map((one) => `${name}/${one.name}`).join(", ") || "none";
    throw refused(`Cannot invoke ${name}: it is an app. Say which of its functions: ${known}.`);
  }
  return client.invoke(await requestFor(name, trigger, options));
}

async function invokeThere(named: string, options: InvokeOptions): Promise<InvokeReply> {
  const { invokeOnStage } = await import("../stage/invoke.ts");
  return invokeOnStage(named, options, (name, trigger) => requestFor(name, trigger, options));
}

async function requestFor(
  name: string,
  trigger: FunctionDescription["trigger"] | undefined,
  options: InvokeOptions,
): Promise<InvokeRequest> {
  const { data, path, method, header, body } = options;
  const httpOnly = path ?? method ?? header ?? body;
  if (trigger?.kind !== "http") {
    if (trigger !== undefined && httpOnly !== undefined)
      throw usage(`Cannot send a request to ${name}: it is started by ${trigger.kind}. Give it --data.`);
    return { function: name, ...(data === undefined ? {} : { data: await readGivenJson(data) }) };
  }
  if (data !== undefined && body !== undefined)
    throw usage("Cannot send --data and --body: a request has one body.");
  const asJson = data === undefined ? undefined : JSON.stringify(await readGivenJson(data));
  const sent = asJson ?? (body === undefined ? undefined : await readGiven(body));
  const [route] = trigger.routes;
  const wanted = (method ?? (trigger.routes.length === 1 ? route?.method : undefined) ?? "GET")
    .toUpperCase()
    .replace("*", sent === undefined ? "GET" : "POST");
  const headers = { ...(asJson === undefined ? {} : { "content-type": "application/json" }), ...header };
  return {
    function: name,
    request: {
      path: path ?? onlyPath(name, trigger.routes),
      method: checkMethod(name, wanted, sent),
      headers,
      ...(sent === undefined ? {} : { body: sent }),
    },
  };
}

/** The function that a name means; undefined leaves it to the world to say what is wrong with the name. */
function findFunction(world: World, name: string): FunctionState | undefined {
  const found = world.apps.flatMap((app) =>
    app.functions.filter((one) => one.name === name || `${app.name}/${one.name}` === name),
  );
  return found.length === 1 ? found[0] : undefined;
}

function isFunction({ apps }: World, name: string): boolean {
  return apps.some(({ functions }) => functions.some((one) => one.name === name));
}

/** @throws {CommandFailure} for what no request can be. */
function checkMethod(name: string, method: string, sent: string | undefined): string {
  if (!/^[A-Z-]+$/.test(method))
    throw usage(`Cannot invoke ${name} by ${JSON.stringify(method)}: a method is one word, such as POST.`);
  if (sent !== undefined && ["GET", "HEAD"].includes(method))
    throw usage(
      `Cannot send a body to ${name} by ${method}, which has none. Leave out --body and --data, or say another --method.`,
    );
  return method;
}

function onlyPath(
  name: string,
  routes: readonly { readonly method: string; readonly path: string }[],
): string {
  const [route] = routes;
  if (route !== undefined && routes.length === 1 && !route.path.includes("{")) return route.path;
  const known = routes.map(({ method, path }) => `${method} ${path}`).join(", ");
  throw usage(`Cannot invoke ${name} without --path: it answers ${known}.`);
}

function show({ ok, status, milliseconds, reply, encoding, error }: InvokeReply): void {
  if (error !== undefined) {
    remark(`${error.code}: ${printable(error.message)} (${milliseconds} ms)`);
    return;
  }
  if (encoding === "base64") showBytes(Buffer.from(String(reply), "base64"));
  else if (typeof reply === "string") print(process.stdout.isTTY ? printable(reply) : reply);
  else if (reply !== undefined) print(JSON.stringify(reply, null, 2));
  remark(`${status ?? (ok ? "ok" : "failed")} (${milliseconds} ms)`);
}

/** Bytes go where they can be kept; on a terminal they would only make noise. */
function showBytes(bytes: Buffer): void {
  if (process.stdout.isTTY) print(`(${bytes.length} bytes; redirect the output to keep them)`);
  else process.stdout.write(bytes);
}

async function isRefusal({ status, error }: InvokeReply): Promise<boolean> {
  if (status !== undefined) return isRefused(status);
  const { errorTable } = await import("@faasade/core/adapter");
  const known: Readonly<Record<string, { readonly status: number }>> = errorTable;
  return isRefused(known[error?.code ?? ""]?.status);
}

function usage(message: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, message);
}
