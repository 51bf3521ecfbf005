// Every path of the control interface, as data.
import type { IncomingMessage, ServerResponse } from "node:http";
import { FunctionError } from "@faasade/core";
import type { World } from "../world.ts";
import { clockState, deadLetterEntries, replayDeadLetters, runSql, statusOf, worldState } from "./answers.ts";
import type { InvokeRequest } from "./api.ts";
import { invokeFunction, runNow } from "./invoke.ts";
import { objectRoutes } from "./objects.ts";
import { moveClock, sendMessage, setChaos } from "./operate.ts";
import { streamWorld } from "./stream.ts";

export interface ControlCall {
  /** What follows the route's own path, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface ControlRoute {
  readonly method: string;
  /** Below `/control/`. */
  readonly path: readonly string[];
  /** The answer as JSON, or undefined when the response was written here. */
  readonly handle: (call: ControlCall) => unknown;
}

export function controlRoutes(world: World): ControlRoute[] {
  const get = (path: string, handle: ControlRoute["handle"]): ControlRoute => ({
    method: "GET",
    path: path.split("/"),
    handle,
  });
  const post = (
    path: string,
    handle: (body: Readonly<Record<string, unknown>>) => unknown,
  ): ControlRoute => ({
    method: "POST",
    path: path.split("/"),
    handle: async ({ request }) => handle(await readJson(request)),
  });
  return [
    get("status", () => statusOf(world)),
    get("world", () => worldState(world)),
    get("stream", (call) => streamWorld(world, call)),
    get("events", ({ query }) => ({ entries: world.journal.entries(entryFilter(query)) })),
    get("logs", ({ query }) => ({
      lines: world.logs.lines(query.get("app") ?? undefined, Number(query.get("limit") ?? 200)),
    })),
    get("dead-letters", async ({ query }) => ({
      deadLetters: await deadLetterEntries(
        world,
        query.get("queue") ?? undefined,
        Number(query.get("limit") ?? 100),
      ),
    })),
    get("clock", () => clockState(world)),
    post("invoke", (body) => invokeFunction(world, body as unknown as InvokeRequest)),
    post("run", (body) => runNow(world, text(body, "function"))),
    post("send", async (body) => ({
      id: await sendMessage(world, text(body, "queue"), body["data"], Number(body["delaySeconds"] ?? 0)),
    })),
    post("sql", (body) =>
      runSql(world, text(body, "database"), text(body, "query"), (body["params"] ?? []) as unknown[]),
    ),
    post("dead-letters/replay", (body) =>
      replayDeadLetters(world, body["queue"] as string | undefined, body["ids"] as string[] | undefined),
    ),
    post("clock", async (body) => {
      await moveClock(world, body);
      return clockState(world);
    }),
    post("chaos", (body) => setChaos(world, body)),
    post("stop", () => {
      setImmediate(() => void world.stop());
      return {};
    }),
    ...objectRoutes(world),
  ];
}

function entryFilter(query: URLSearchParams): {
  after: number;
  limit: number;
  app?: string;
  function?: string;
} {
  const app = query.get("app");
  const functionName = query.get("function");
  return {
    after: Number(query.get("after") ?? 0),
    limit: Math.min(2000, Number(query.get("limit") ?? 100)),
    ...(app === null ? {} : { app }),
    ...(functionName === null ? {} : { function: functionName }),
  };
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new FunctionError("invalid", `Cannot accept the body: "${name}" must be text.`);
}

const maxJsonBytes = 16 << 20;

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > maxJsonBytes)
      throw new FunctionError(
        "too_large",
        `Cannot accept the body: it is larger than ${maxJsonBytes} bytes.`,
      );
    chunks.push(chunk);
  }
  try {
    const value: unknown = total === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told below: not JSON and not an object are the same mistake.
  }
  throw new FunctionError("invalid", "Cannot accept the body: it must be a JSON object.");
}
