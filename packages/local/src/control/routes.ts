// Every path of the control interface, as data.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { World } from "../world.ts";
import { clockState, statusOf, worldState } from "./answers.ts";
import type { InvokeRequest } from "./api.ts";
import { readJson } from "./body.ts";
import {
  deadLetterEntries,
  discardDeadLetters,
  replayDeadLetters,
  type WhichLetters,
} from "./dead-letters.ts";
import {
  afterOf,
  flagOf,
  limitOf,
  listOf,
  optionalTextOf,
  recordOf,
  secondsOf,
  textOf,
  textsOf,
} from "./given.ts";
import { invokeFunction, runNow } from "./invoke.ts";
import { answerMails } from "./mails.ts";
import { objectRoutes } from "./objects.ts";
import { moveClock, setChaos } from "./operate.ts";
import { publishMessage } from "./publish.ts";
import { runSql } from "./run-sql.ts";
import { sendMessage } from "./send.ts";
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

/** A file of 64 MiB as the body of a request, in base64, and what stands around it. */
const maxInvokeBytes = 90 << 20;

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
    get("mails", (call) => answerMails(world, call)),
    get("clock", () => clockState(world)),
    {
      method: "POST",
      path: ["invoke"],
      handle: async ({ request }) =>
        invokeFunction(world, invokeRequest(await readJson(request, maxInvokeBytes))),
    },
    post("run", (body) => runNow(world, textOf(body, "function"))),
    post("send", async (body) => ({
      id: await sendMessage(world, textOf(body, "queue"), body["data"], {
        delaySeconds: secondsOf(body, "delaySeconds"),
        unchecked: flagOf(body, "unchecked"),
      }),
    })),
    post("publish", async (body) => ({
      id: await publishMessage(world, textOf(body, "topic"), body["data"], {
        key: optionalTextOf(body, "key"),
        unchecked: flagOf(body, "unchecked"),
      }),
    })),
    post("sql", (body) =>
      runSql(world, textOf(body, "database"), textOf(body, "query"), listOf(body, "params") ?? []),
    ),
    post("dead-letters/replay", (body) => replayDeadLetters(world, whichLetters(body))),
    post("dead-letters/discard", (body) =>
      discardDeadLetters(world, whichLetters(body), {
        by: optionalTextOf(body, "by"),
        why: optionalTextOf(body, "why"),
      }),
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

function whichLetters(body: Readonly<Record<string, unknown>>): WhichLetters {
  return { queue: optionalTextOf(body, "queue"), ids: textsOf(body, "ids") };
}

function invokeRequest(body: Readonly<Record<string, unknown>>): InvokeRequest {
  const name = textOf(body, "function");
  const request = recordOf(body, "request");
  if (request === undefined) return { function: name, data: body["data"] };
  const method = optionalTextOf(request, "method");
  const sent = optionalTextOf(request, "body");
  const headers = recordOf(request, "headers");
  const isBytes = optionalTextOf(request, "encoding") === "base64";
  return {
    function: name,
    request: {
      path: textOf(request, "path"),
      ...(method === undefined ? {} : { method }),
      ...(sent === undefined ? {} : { body: sent }),
      ...(isBytes ? { encoding: "base64" } : {}),
      ...(headers === undefined
        ? {}
        : {
            headers: Object.fromEntries(Object.keys(headers).map((field) => [field, textOf(headers, field)])),
          }),
    },
  };
}
