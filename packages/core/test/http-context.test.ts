// What an http function is told by its context: URLs, the trace, settings and secrets.
import {
  defineFunction,
  FunctionError,
  http,
  json,
  type OutboundHttp,
  secret,
  settings,
} from "@faasade/core";
import { openApp, outlineTrigger } from "@faasade/core/adapter";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { asFunction, ask, testHost } from "./harness.ts";

const open = { auth: "public" } as const;

describe("the context", () => {
  it("hands the trace on to whom the function asks, unless it names another", async () => {
    const asked: unknown[] = [];
    const fetch: OutboundHttp["fetch"] = async (url, request) => {
      asked.push([String(url), request?.headers]);
      throw new FunctionError("unavailable", "Nobody there.");
    };
    const asking = defineFunction({
      name: "f",
      trigger: http("GET /", open),
      async handle(_request, { http, traceparent }) {
        await http.fetch("https://a.example/").catch(() => {});
        await http.fetch("https://b.example/", { headers: { traceparent: "mine" } }).catch(() => {});
        return json(traceparent);
      },
    });
    const reply = await ask([asking], { target: "/" }, testHost({ http: { fetch } }));
    expect(asked).toEqual([
      ["https://a.example/", { traceparent: JSON.parse(reply.body as string) }],
      ["https://b.example/", { traceparent: "mine" }],
    ]);
  });

  it("makes URLs from PUBLIC_URL, else from the trusted request, mount included", async () => {
    const show = defineFunction({
      name: "show",
      trigger: http("GET /photos/{key+}", open),
      handle: (_request, { urlOf }) => json(urlOf("show", { key: "a b/c", w: 1, none: undefined })),
    });
    const local = await ask([show], { target: "/photos/x", origin: "http://127.0.0.1:1", mount: "/app" });
    expect(local.body).toBe('"http://127.0.0.1:1/app/photos/a%20b/c?w=1"');
    const configured = testHost({
      configuration: (name) => (name === "PUBLIC_URL" ? "https://x.example/" : undefined),
    });
    expect((await ask([show], { target: "/photos/x" }, configured)).body).toBe(
      '"https://x.example/photos/a%20b/c?w=1"',
    );
    expect((await ask([show], { target: "/photos/x" })).status).toBe(501);
  });

  it("makes URLs of functions that other artefacts hold, by PUBLIC_URL alone: this origin may be another's", async () => {
    const link = defineFunction({
      name: "link",
      trigger: http("GET /link", open),
      handle: (_request, { urlOf }) => json(urlOf("show", { key: "a b" })),
    });
    const trigger = outlineTrigger(http("GET /photos/{key+}", open));
    const composition = {
      app: "test",
      functions: [
        {
          name: "link",
          trigger: outlineTrigger(link.trigger),
          load: async () => ({ default: asFunction(link) }),
        },
      ],
      elsewhere: [{ name: "show", trigger }],
      drivers: {},
    };
    const asked = { method: "GET", headers: {}, target: "/link", origin: "https://link.example" };
    const host = testHost({
      configuration: (name) => (name === "PUBLIC_URL" ? "https://x.example" : undefined),
    });
    expect((await openApp(composition, host).http(asked)).body).toBe('"https://x.example/photos/a%20b"');
    const unset = testHost();
    expect((await openApp(composition, unset).http(asked)).status).toBe(501);
    expect(unset.records.map(({ message }) => message).join()).toContain(
      "Cannot make a URL of show: the public origin that the app's functions share is not known. Set PUBLIC_URL.",
    );
    expect((await openApp(composition, host).http({ ...asked, target: "/photos/x" })).status).toBe(404);
  });

  it("continues the caller's trace, and starts a new one when what came is no trace", async () => {
    const trace = defineFunction({
      name: "t",
      trigger: http("GET /", open),
      handle: (_request, { traceparent }) => json(traceparent),
    });
    const sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect((await ask([trace], { target: "/", headers: { traceparent: sent } })).body).toBe(
      JSON.stringify(sent),
    );
    for (const bad of [
      "",
      "00-0-0-0",
      sent.replace("00-", "ff-"),
      `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    ]) {
      expect((await ask([trace], { target: "/", headers: { traceparent: bad } })).body).toMatch(
        /^"00-[0-9a-f]{32}-[0-9a-f]{16}-01"$/,
      );
    }
  });

  it("hands over settings from the operator, their defaults, and secrets read at each call", async () => {
    const fields = settings({
      size: { schema: v.number(), default: 3, description: "How many." },
      maxPixels: { schema: v.pipe(v.number(), v.minValue(1)), default: 9, description: "Pixels." },
    });
    let rotations = 0;
    const host = (text?: string) =>
      testHost({
        configuration: (name) => (name === "MAX_PIXELS" ? text : undefined),
        secrets: async (name) => {
          rotations += 1;
          return `${name}-${rotations}`;
        },
      });
    const show = defineFunction({
      name: "s",
      trigger: http("GET /", open),
      uses: { fields, key: secret("KEY", { description: "k" }) },
      handle: async (_request, context) =>
        json([
          context.fields.size,
          context.fields.maxPixels,
          await context.key.get(),
          await context.key.get(),
        ]),
    });
    expect((await ask([show], { target: "/" }, host("16"))).body).toBe('[3,16,"KEY-1","KEY-2"]');
    const refused = host("0");
    expect((await ask([show], { target: "/" }, refused)).status).toBe(503);
    expect(refused.records[0]?.message).toMatch(/setting MAX_PIXELS.*Pixels\./);
  });
});
