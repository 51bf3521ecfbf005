// Every path of the control interface, as data.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { World } from "../world.ts";
import { clockState, deadLetterEntries, replayDeadLetters, runSql, statusOf, worldState } from "./answers.ts";
import type { InvokeRequest } from "./api.ts";
import { readJson } from "./body.ts";
import { afterOf, limitOf, listOf, optionalTextOf, recordOf, secondsOf, textOf, textsOf } from "./given.ts";
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
      lines: world.logs.lines(query.get("app") ?? undefined, limitOf(query, 200, 10_000)),
    })),
    get("dead-letters", async ({ query }) => ({
      deadLetters: await deadLetterEntries(
        world,
        query.get("queue") ?? undefined,
        limitOf(query, 100, 10_000),
      ),
    })),
    get("clock", () => clockState(world)),
    post("invoke", (body) => invokeFunction(world, invokeRequest(body))),
    post("run", (body) => runNow(world, textOf(body, "function"))),
    post("send", async (body) => ({
      id: await sendMessage(world, textOf(body, "queue"), body["data"], secondsOf(body, "delaySeconds")),
    })),
    post("sql", (body) =>
      runSql(world, textOf(body, "database"), textOf(body, "query"), listOf(body, "params") ?? []),
    ),
    post("dead-letters/replay", (body) =>
      replayDeadLetters(world, optionalTextOf(body, "queue"), textsOf(body, "ids")),
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
    after: afterOf(query),
    limit: limitOf(query, 100, 2000),
    ...(app === null ? {} : { app }),
    ...(functionName === null ? {} : { function: functionName }),
  };
}

function invokeRequest(body: Readonly<Record<string, unknown>>): InvokeRequest {
  const name = textOf(body, "function");
  const request = recordOf(body, "request");
  if (request === undefined) return { function: name, data: body["data"] };
  const method = optionalTextOf(request, "method");
  const sent = optionalTextOf(request, "body");
  const headers = recordOf(request, "headers");
  return {
    function: name,
    request: {
      path: textOf(request, "path"),
      ...(method === undefined ? {} : { method }),
      ...(sent === undefined ? {} : { body: sent }),
      ...(headers === undefined
        ? {}
        : {
            headers: Object.fromEntries(Object.keys(headers).map((field) => [field, textOf(headers, field)])),
          }),
    },
  };
}
