// The model's types and rules: what an app may write, and what it is told when it may not.
import {
  call,
  callable,
  called,
  defineFunction,
  http,
  json,
  type MessageSource,
  messageReceived,
  objectCreated,
  type Resource,
  read,
  readWrite,
  schedule,
  secret,
  send,
  settings,
  write,
} from "@faasade/core";
import { type AnyFunction, describeFunction } from "@faasade/core/adapter";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";

interface Reader {
  get(key: string): string;
}
interface Writer {
  put(key: string): void;
}
type Store = Resource<"object-store", { read: Reader; write: Writer; readWrite: Reader & Writer }>;
const store = (name: string): Store => ({ kind: "object-store", name, connect: () => undefined });
const queueSchema = v.object({ count: v.number() });
const mails = {
  kind: "queue",
  name: "mails",
  schema: queueSchema,
  format: "cloudevents",
  connect: () => undefined,
} as unknown as MessageSource<{ count: number }> &
  Resource<"queue", { send: { send(message: { count: number }): void } }, { count: number }>;

describe("the types of defineFunction", () => {
  it("give a route's parameters, a checked body and clients as wide as the access asked for", () => {
    const limits = settings({ size: { schema: v.number(), default: 3, description: "How many." } });
    defineFunction({
      name: "typed",
      trigger: http("POST /a/{b}/{rest+}", { auth: "public", body: queueSchema }),
      uses: {
        source: read(store("source")),
        target: write(store("target")),
        limits,
        key: secret("KEY", { description: "k" }),
        mails: send(mails),
      },
      async handle(request, { source, target, limits: values, key, mails: outbox }) {
        expectTypeOf(request.params).toEqualTypeOf<{ readonly b: string; readonly rest: string }>();
        expectTypeOf(await request.json()).toEqualTypeOf<{ count: number }>();
        expectTypeOf(values.size).toEqualTypeOf<number>();
        expectTypeOf(key.get).returns.resolves.toEqualTypeOf<string>();
        expectTypeOf(outbox.send).parameter(0).toEqualTypeOf<{ count: number }>();
        source.get("k");
        target.put("k");
        // @ts-expect-error read access gives no put
        source.put("k");
        // @ts-expect-error write access gives no get
        target.get("k");
        return json({});
      },
    });
  });

  it("give each trigger its event and its reply", () => {
    defineFunction({
      name: "a",
      trigger: schedule("* * * * *"),
      handle: (event) => void expectTypeOf(event.data.due).toEqualTypeOf<string>(),
    });
    defineFunction({
      name: "b",
      trigger: objectCreated(store("s")),
      handle: (event) => void expectTypeOf(event.data.key).toEqualTypeOf<string>(),
    });
    defineFunction({
      name: "c",
      trigger: messageReceived(mails),
      handle: (event) => void expectTypeOf(event.data.count).toEqualTypeOf<number>(),
    });
    defineFunction({
      name: "d",
      trigger: messageReceived(mails, { batch: { size: 10 } }),
      handle: (events) => ({
        failed: events.map(({ id, data }) => ({ id, error: new Error(String(data.count)) })),
      }),
    });
    const resize = callable("resize", { input: v.object({ width: v.number() }), output: v.string() });
    defineFunction({ name: "resize", trigger: called(resize), handle: (event) => String(event.data.width) });
    // @ts-expect-error the output schema wants a string
    defineFunction({ name: "resize", trigger: called(resize), handle: (event) => event.data.width });
    defineFunction({
      name: "e",
      trigger: schedule("* * * * *"),
      uses: { resize: call(resize) },
      async handle(_event, context) {
        expectTypeOf(context.resize).toEqualTypeOf<(input: { width: number }) => Promise<string>>();
      },
    });
  });

  it("refuse what makes no sense", () => {
    // @ts-expect-error a route without auth is neither open nor closed
    http("GET /", {});
    // @ts-expect-error a queue cannot be read
    read(mails);
    const other = () =>
      defineFunction({
        name: "f",
        trigger: schedule("* * * * *"),
        uses: { s: readWrite(store("s")) },
        // @ts-expect-error once names a use
        once: { in: "other" },
        handle() {},
      });
    expect(other).toThrow(/must be a readWrite store/);
  });
});

describe("defineFunction", () => {
  const base = { trigger: schedule("* * * * *"), handle() {} };

  it("refuses a function that writes to the store that starts it, which would loop", () => {
    const photos = store("photos");
    const define = () =>
      defineFunction({
        name: "loop",
        trigger: objectCreated(photos),
        uses: { photos: write(photos) },
        handle() {},
      });
    expect(define).toThrow(/started by photos and writes to it/);
    expect(() =>
      defineFunction({
        name: "fine",
        trigger: objectCreated(photos),
        uses: { photos: read(photos) },
        handle() {},
      }),
    ).not.toThrow();
  });

  it.each(["Upper", "with space", "../escape", "a--b", "-a", "a/b/c", ""])("refuses the name %j", (name) => {
    expect(() => defineFunction({ ...base, name })).toThrow(/kebab case/);
  });

  it.each(["log", "signal", "close", "invocationId"])(
    "refuses a use that hides the context's own %s",
    (alias) => {
      expect(() => defineFunction({ ...base, name: "f", uses: { [alias]: read(store("s")) } })).toThrow(
        /hides the context's own/,
      );
    },
  );

  it("refuses once where a reply is owed each time", () => {
    const uses = { s: readWrite(store("s")) };
    const once = { in: "s" } as const;
    const route = http("POST /", { auth: "public" });
    expect(() => defineFunction({ name: "f", trigger: route, uses, once, handle: () => json(1) })).toThrow(
      /once is for events/,
    );
  });

  it.each([
    [{ timeoutSeconds: -1 }, /timeoutSeconds is -1/],
    [{ timeoutSeconds: Number.NaN }, /timeoutSeconds is NaN/],
    [{ maxAttempts: 0 }, /maxAttempts is 0/],
    [{ trigger: messageReceived(mails, { batch: { size: -3 } }) }, /batch\.size is -3/],
    [{ trigger: messageReceived(mails, { batch: { windowSeconds: -1 } }) }, /batch\.windowSeconds is -1/],
  ])("refuses amounts that make no sense: %j", (amounts, message) => {
    expect(() => defineFunction({ ...base, name: "f", ...amounts } as never)).toThrow(message);
  });

  it("refuses once in a store that is not readWrite", () => {
    expect(() =>
      defineFunction({ ...base, name: "f", uses: { s: read(store("s")) }, once: { in: "s" } }),
    ).toThrow(/must be a readWrite store/);
  });
});

describe("describeFunction", () => {
  it("grants what uses says, what starts the function, and the secrets of its auth", () => {
    const key = secret("SIGNING_KEY", { description: "Signs." });
    const auth = {
      kind: "signature",
      secrets: [key],
      header: "x",
      prefix: "",
      encoding: "hex",
      signed: undefined,
      timestamp: undefined,
    } as const;
    const hook = defineFunction({
      name: "hook",
      trigger: http("POST /hook", { auth }),
      uses: { out: write(store("out")) },
      handle: () => undefined,
    });
    expect(describeFunction(hook as AnyFunction).grants).toEqual([
      { kind: "secret", name: "SIGNING_KEY", access: "read" },
      { kind: "object-store", name: "out", access: "write" },
    ]);
    const made = defineFunction({
      name: "made",
      trigger: objectCreated(store("in"), { suffix: [".jpg"] }),
      handle() {},
    });
    expect(describeFunction(made as AnyFunction)).toMatchObject({
      timeoutSeconds: 30,
      maxAttempts: 5,
      trigger: { kind: "object", store: "in", change: "created", suffix: [".jpg"] },
      grants: [{ kind: "object-store", name: "in", access: "trigger" }],
    });
  });
});
