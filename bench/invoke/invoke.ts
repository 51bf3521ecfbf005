// What one invocation costs above the handler itself: a 1 KB JSON body parsed, and a CloudEvent. Goal: at most 5 µs of CPU.
import { defineFunction, http, json, type MessageSource, messageReceived } from "@faasade/core";
import { type AnyFunction, createIds, type Host, openApp } from "@faasade/core/adapter";
import { compare, cpuMilliseconds, printRows } from "../rounds.ts";

const iterations = 20_000;
const payload = {
  items: Array.from({ length: 16 }, (_, index) => ({
    id: index,
    name: `item number ${index}`,
    price: index * 1.25,
    tags: ["a", "b"],
  })),
};
const body = Buffer.from(JSON.stringify(payload));

const host: Host = {
  clock: { now: Date.now },
  random: Math.random,
  ids: createIds({ now: Date.now }, Math.random),
  log: () => {},
  configuration: () => undefined,
  secrets: async () => "",
  http: { fetch: async () => Promise.reject(new Error("no network")) },
};

/** Prints µs per invocation beside `JSON.parse` of the same bytes. */
export async function run(args: readonly string[]): Promise<void> {
  const accept = {
    "~standard": { version: 1, vendor: "bench", validate: (value: unknown) => ({ value }) },
  } as const;
  const source = {
    kind: "queue",
    name: "jobs",
    schema: accept,
    format: "cloudevents",
    connect: () => undefined,
  } as MessageSource;
  const post = defineFunction({
    name: "post",
    trigger: http("POST /items", { auth: "public" }),
    handle: async (request) => json(Object.keys((await request.json()) as object).length),
  });
  const take = defineFunction({ name: "take", trigger: messageReceived(source), handle: () => {} });
  const functions = [post, take].map((fn) => ({
    name: fn.name,
    trigger: fn.trigger,
    load: async () => ({ default: fn as unknown as AnyFunction }),
  }));
  const app = openApp({ app: "bench", functions, drivers: {} }, host);
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  const event = {
    specversion: "1.0",
    id: "1",
    source: "/bench",
    type: "bench",
    data: payload,
    extensions: {},
  } as const;

  const each = (work: () => unknown) => async (): Promise<number> =>
    (await cpuMilliseconds(async () => {
      for (let index = 0; index < iterations; index += 1) await work();
    })) *
    (1000 / iterations);
  const rows = await compare([
    { name: "JSON.parse of the body", measure: each(() => JSON.parse(body.toString("utf8"))) },
    {
      name: "http, body parsed",
      measure: each(() => app.http({ method: "POST", target: "/items", headers, body })),
    },
    { name: "message", measure: each(() => app.events("take", { events: [event] })) },
  ]);
  printRows(rows, "µs", args);
  const [parse, invoke] = rows;
  if (parse !== undefined && invoke !== undefined && !args.includes("--json")) {
    console.log(
      `The pipeline adds ${(invoke.cost - parse.cost).toFixed(2)} µs to parsing ${body.length} bytes.`,
    );
  }
}
