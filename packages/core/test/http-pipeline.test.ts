// What the pipeline promises for http: routed, limited, authorised, validated, answered; errors say what and where.
import { bytes, defineFunction, FunctionError, html, http, json, redirect, settings } from "@faasade/core";
import { type HttpDelivery, openApp, outlineTrigger } from "@faasade/core/adapter";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { appOf, asFunction, ask, testHost } from "./harness.ts";

const open = { auth: "public" } as const;

const problemOf = (reply: { body: unknown }): Record<string, unknown> => JSON.parse(reply.body as string);

describe("routing", () => {
  const literal = defineFunction({
    name: "literal",
    trigger: http("GET /a/b", open),
    handle: () => json("literal"),
  });
  const parameter = defineFunction({
    name: "parameter",
    trigger: http("GET /a/{id}", open),
    handle: ({ params }) => json(params.id),
  });
  const rest = defineFunction({
    name: "rest",
    trigger: http("GET /{path+}", open),
    handle: ({ params }) => json(params.path),
  });
  const post = defineFunction({
    name: "post",
    trigger: http("POST /a/{id}", open),
    handle: () => json("posted", { status: 201 }),
  });

  it.each([
    ["/a/b", '"literal"'],
    ["/a/c%2Fd", '"c/d"'],
    ["/a/b/c", '"a/b/c"'],
    ["/x", '"x"'],
    ["/a/b?x=1", '"literal"'],
  ])("sends %s to the most particular route", async (target, body) => {
    expect((await ask([rest, parameter, literal], { target })).body).toBe(body);
  });

  it("lets two functions share a path with different methods", async () => {
    expect((await ask([parameter, post], { target: "/a/1", method: "POST" })).status).toBe(201);
    const refused = await ask([parameter, post], { target: "/a/1", method: "DELETE" });
    expect([refused.status, refused.headers["allow"]]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
  });

  it("answers what no route knows with 404, and malformed percent-encoding with 400", async () => {
    expect((await ask([literal], { target: "/nothing" })).status).toBe(404);
    expect((await ask([parameter], { target: "/a/" })).status).toBe(404);
    expect((await ask([parameter], { target: "/a/%E0%A4%A" })).status).toBe(400);
  });

  it("refuses at start when two functions claim one route", () => {
    const twin = defineFunction({
      name: "twin",
      trigger: http("GET /a/{other}", open),
      handle: () => json(1),
    });
    expect(() => appOf([asFunction(parameter), asFunction(twin)], testHost())).toThrow(
      /both parameter and twin/,
    );
  });

  it("loads a function only when something is sent to it", async () => {
    const host = testHost();
    const loaded: string[] = [];
    const functions = [literal, post].map(asFunction).map((fn) => ({
      name: fn.name,
      trigger: fn.trigger,
      load: async () => {
        loaded.push(fn.name);
        return { default: fn };
      },
    }));
    const { openApp } = await import("@faasade/core/adapter");
    const app = openApp({ app: "test", functions, drivers: {} }, host);
    await app.http({ method: "GET", target: "/nothing", headers: {} });
    await app.http({ method: "OPTIONS", target: "/a/b", headers: {} });
    expect(loaded).toEqual([]);
    await app.http({ method: "GET", target: "/a/b", headers: {} });
    expect(loaded).toEqual(["literal"]);
  });
});

describe("bodies", () => {
  const echo = defineFunction({
    name: "echo",
    trigger: http("POST /", { ...open, maxBodyBytes: 8 }),
    handle: async (request) => bytes(await request.bytes(), "application/octet-stream"),
  });
  const body = (...sizes: number[]): AsyncIterable<Uint8Array> =>
    (async function* () {
      for (const size of sizes) yield new Uint8Array(size).fill(255);
    })();

  it("keep every byte", async () => {
    const all = Uint8Array.from({ length: 8 }, (_, index) => index * 36);
    expect((await ask([echo], { target: "/", method: "POST", body: all })).body).toEqual(all);
  });

  it("over the limit are answered 413, declared or not", async () => {
    expect(
      (await ask([echo], { target: "/", method: "POST", body: body(9), headers: { "content-length": "9" } }))
        .status,
    ).toBe(413);
    expect((await ask([echo], { target: "/", method: "POST", body: body(5, 5) })).status).toBe(413);
    expect((await ask([echo], { target: "/", method: "POST", body: body(4, 4) })).status).toBe(200);
  });

  it("over the limit are refused by what they declare, before a handler runs that never reads them", async () => {
    let handled = 0;
    const trigger = http("POST /", { ...open, maxBodyBytes: 8 });
    const deaf = defineFunction({
      name: "deaf",
      trigger,
      handle() {
        handled += 1;
        return json(handled);
      },
    });
    const send = (delivery: Partial<HttpDelivery>) =>
      ask([deaf], { target: "/", method: "POST", ...delivery });
    const unread = (size: number) => ({ headers: { "content-length": String(size) }, body: body(size) });
    expect((await send(unread(9))).status).toBe(413);
    expect((await send({ body: new Uint8Array(9) })).status).toBe(413);
    expect(handled).toBe(0);
    expect((await send(unread(8))).body).toBe("1");
  });

  it("are checked by the route's schema before the handler runs, and errors name the path", async () => {
    let handled = 0;
    const schema = v.object({ items: v.array(v.object({ price: v.number() })) });
    const order = defineFunction({
      name: "order",
      trigger: http("POST /", { ...open, body: schema }),
      async handle(request) {
        handled += 1;
        return json((await request.json()).items.length);
      },
    });
    const send = (text: string) => ask([order], { target: "/", method: "POST", body: Buffer.from(text) });
    expect((await send('{"items":[{"price":1}]}')).body).toBe("1");
    const refused = await send('{"items":[{"price":1},{"price":"2"}]}');
    expect(refused.status).toBe(400);
    expect(problemOf(refused)).toMatchObject({ code: "invalid", errors: [{ path: "items.1.price" }] });
    const twice = problemOf(await send('{"items":[{"price":null},{},{"price":1}]}'));
    expect(twice).toMatchObject({ errors: [{ path: "items.0.price" }, { path: "items.1.price" }] });
    expect((await send("{")).status).toBe(400);
    const thenable = (issues: readonly { message: string }[] | undefined) => ({
      "~standard": {
        version: 1,
        vendor: "test",
        // biome-ignore lint/suspicious/noThenProperty: a promise that is none of ours is what is tried
        validate: () => ({ then: (done: (result: unknown) => void) => done({ value: 1, issues }) }),
      },
    });
    for (const [issues, status] of [
      [undefined, 200],
      [[{ message: "No." }], 400],
    ] as const) {
      const trigger = http("POST /", { ...open, body: thenable(issues) as never });
      const fn = defineFunction({ name: "f", trigger, handle: () => json(1) });
      expect((await ask([fn], { target: "/", method: "POST", body: Buffer.from("1") })).status).toBe(status);
    }
    expect(handled).toBe(1);
  });
});

describe("replies", () => {
  const answering = (answer: unknown) =>
    defineFunction({ name: "f", trigger: http("GET /", open), handle: () => answer as never });

  it("may be a web Response, whose cookies stay apart", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2; Expires=Wed, 01 Jan 2026 00:00:00 GMT"],
      ["x-a", "1"],
    ]);
    const reply = await ask([answering(new Response("hi", { status: 202, headers }))], { target: "/" });
    expect(reply).toMatchObject({
      status: 202,
      headers: { "set-cookie": ["a=1", "b=2; Expires=Wed, 01 Jan 2026 00:00:00 GMT"], "x-a": "1" },
    });
    const chunks = await Array.fromAsync(reply.body as AsyncIterable<Uint8Array>);
    expect(Buffer.concat(chunks).toString()).toBe("hi");
  });

  it("are 204 for nothing, and an error for what is no reply", async () => {
    expect((await ask([answering(undefined)], { target: "/" })).status).toBe(204);
    expect((await ask([answering("text")], { target: "/" })).status).toBe(500);
    expect((await ask([answering({ ok: true })], { target: "/" })).status).toBe(500);
  });

  it("come from small helpers", () => {
    expect(html("<p>").headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(redirect("/x")).toMatchObject({ status: 302, headers: { location: "/x" } });
  });
});

describe("errors", () => {
  const failing = (thrown: unknown) =>
    defineFunction({ name: "f", trigger: http("GET /", open), handle: () => Promise.reject(thrown) });

  it("of the function's own making reach the caller as a problem document", async () => {
    const reply = await ask(
      [failing(new FunctionError("rate_limited", "Slow down.", { retryAfterSeconds: 2.2 }))],
      { target: "/" },
    );
    expect(reply).toMatchObject({
      status: 429,
      headers: { "content-type": "application/problem+json", "retry-after": "3" },
    });
    expect(problemOf(reply)).toMatchObject({ status: 429, code: "rate_limited", detail: "Slow down." });
  });

  it.each([[new Error("password=1234")], ["password=1234"], [undefined], [null]])(
    "that are unknown are 500, logged and not told (%j)",
    async (thrown) => {
      const host = testHost();
      const reply = await ask([failing(thrown)], { target: "/" }, host);
      expect(reply.status).toBe(500);
      expect(reply.body).not.toContain("1234");
      expect(host.records).toMatchObject([
        { level: "error", function: "f", invocation: problemOf(reply)["requestId"] },
      ]);
    },
  );

  it("thrown synchronously are answered like rejected ones", async () => {
    const sync = defineFunction({
      name: "f",
      trigger: http("GET /", open),
      handle: () => {
        throw new FunctionError("gone", "Gone.");
      },
    });
    expect((await ask([sync], { target: "/" })).status).toBe(410);
  });

  it.each([
    ["its function's", 0.05, {}],
    ["its platform's, which comes first", 3600, { deadline: Date.UTC(2026, 0, 1) + 50 }],
  ])(
    "past the deadline (%s) are 504, and the signal has aborted by then",
    async (_, timeoutSeconds, given) => {
      let aborted = false;
      const slow = defineFunction({
        name: "slow",
        timeoutSeconds,
        trigger: http("GET /", open),
        handle: (_request, { signal }) =>
          new Promise(() =>
            signal.addEventListener("abort", () => {
              aborted = true;
            }),
          ),
      });
      expect((await ask([slow], { target: "/", ...given })).status).toBe(504);
      expect(aborted).toBe(true);
    },
  );
});

describe("cors", () => {
  const cors = { origins: ["https://a.example"], allowHeaders: ["x-a"], maxAgeSeconds: 60 };
  const route = defineFunction({
    name: "f",
    trigger: http("POST /", { ...open, cors }),
    handle: () => {
      throw new FunctionError("conflict", "Taken.");
    },
  });
  const from = (origin: string, method = "POST") =>
    ask([route], { target: "/", method, headers: { origin, "access-control-request-method": "POST" } });

  it("holds on errors too, for the origins that are named and no others", async () => {
    expect(await from("https://a.example")).toMatchObject({
      status: 409,
      headers: { "access-control-allow-origin": "https://a.example", vary: "origin" },
    });
    expect((await from("https://b.example")).headers["access-control-allow-origin"]).toBeUndefined();
    expect((await ask([route], { target: "/", method: "POST" })).headers["vary"]).toBe("origin");
  });

  it("holds on errors from before the handler too: a body over the limit, a function that is not ready", async () => {
    const size = { schema: v.number(), description: "Is not set." };
    const early = defineFunction({
      name: "early",
      trigger: http("POST /", { ...open, cors, maxBodyBytes: 8 }),
      uses: { fields: settings({ size }) },
      handle: () => json("handled"),
    });
    const headers = { origin: "https://a.example" };
    for (const [length, status] of [
      [9, 413],
      [8, 503],
    ] as const) {
      const body = new Uint8Array(length);
      expect(await ask([early], { target: "/", method: "POST", headers, body })).toMatchObject({
        status,
        headers: { "access-control-allow-origin": "https://a.example", vary: "origin" },
      });
    }
  });

  it("holds on 405 too", async () => {
    expect(await from("https://a.example", "DELETE")).toMatchObject({
      status: 405,
      headers: { "access-control-allow-origin": "https://a.example" },
    });
  });

  it("answers preflights of routes that take every method, without asking who it is", async () => {
    const trigger = http("* /", { auth: "platform", cors });
    const every = defineFunction({ name: "f", trigger, handle: () => json("handled") });
    const headers = { origin: "https://a.example", "access-control-request-method": "PUT" };
    expect((await ask([every], { target: "/", method: "OPTIONS", headers })).status).toBe(204);
    expect((await ask([every], { target: "/", method: "OPTIONS", headers: {} })).status).toBe(401);
  });

  it("answers preflights", async () => {
    expect(await from("https://a.example", "OPTIONS")).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "x-a",
        "access-control-max-age": "60",
      },
    });
    expect((await from("https://b.example", "OPTIONS")).status).toBe(403);
  });
});

describe("an outline", () => {
  it("opens nothing by itself: a route that the loaded function does not have is an error of ours", async () => {
    const trigger = (path: string) => http(`GET ${path}` as "GET /{id}", open);
    const loaded = asFunction(
      defineFunction({ name: "one", trigger: trigger("/here"), handle: () => json("here") }),
    );
    const app = openApp(
      {
        app: "test",
        functions: [
          {
            name: "one",
            trigger: outlineTrigger(trigger("/there")),
            load: async () => ({ default: loaded }),
          },
        ],
        drivers: {},
      },
      testHost(),
    );
    const reply = await app.http({ method: "GET", target: "/there", headers: {} });
    expect(reply.status).toBe(500);
  });
});
