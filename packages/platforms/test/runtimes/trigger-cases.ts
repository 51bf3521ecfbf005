// What a built app has to do in a platform's own runtime with each event that the conformance suite knows of there.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Answer, CallWay, MessageWay, ObjectWay, ScheduleWay } from "../conformance/column.ts";
import { cloudEvent } from "../conformance/event-cases.ts";
import { type Built, buildSuite } from "./built.ts";
import { until } from "./program.ts";

export interface Inside {
  deliver(native: unknown): Promise<Answer>;
  logs(): string;
  stop(): Promise<unknown>;
}

export interface Runtime {
  readonly target: string;
  readonly packaging: string;
  /** The driver of topics, but those of devices. */
  readonly topics: string;
  start(folder: string, environment: Readonly<Record<string, string>>): Promise<Inside>;
}

export interface Ways {
  readonly schedule?: readonly ScheduleWay[];
  readonly call?: readonly CallWay[];
  readonly object?: readonly ObjectWay[];
  readonly message?: readonly MessageWay[];
}

const due = "2026-03-29T06:00:00Z";
const time = "2026-03-29T06:00:00.000Z";

export function triggerCases(
  runtime: Runtime,
  { schedule = [], call = [], object = [], message = [] }: Ways,
): void {
  let suite: Built;
  /** By what `readings` is built with. */
  const messages = new Map<string, Promise<Built>>();
  beforeAll(async () => {
    suite = await buildSuite("suite", runtime.target, runtime.packaging);
  }, 180_000);
  afterAll(async () => {
    for (const built of [suite, ...(await Promise.all(messages.values()))]) await built.remove();
  });
  const messagesWith = (driver: string): Promise<Built> => {
    const { target, packaging } = runtime;
    const built = messages.get(driver) ?? buildSuite("messages", target, packaging, [`readings=${driver}`]);
    messages.set(driver, built);
    return built;
  };

  const within = async (
    built: Built,
    app: string,
    environment: Readonly<Record<string, string>>,
    use: (inside: Inside) => Promise<void>,
  ): Promise<void> => {
    const inside = await runtime.start(await built.artefact(app), environment);
    try {
      await use(inside);
    } finally {
      await inside.stop();
    }
  };
  const handled = (inside: Inside, name: string, text: string) =>
    until(
      () =>
        inside
          .logs()
          .split("\n")
          .some((line) => line.includes(`"name":"${name}"`) && line.includes(text)) || undefined,
    );

  it.each(schedule.map((way) => [way.title, way] as const))("takes a due time, %s", async (_, way) => {
    await within(suite, "suite", {}, async (inside) => {
      expect(way.verdict(await inside.deliver(way.encode("suite", "tick", due)))).toBe("acknowledged");
      await handled(inside, "tick", time);
      expect(way.verdict(await inside.deliver(way.encode("suite", "absent", due)))).not.toBe("acknowledged");
    });
  });

  it.each(call.map((way) => [way.title, way] as const))("answers a call, %s", async (_, way) => {
    await within(suite, "suite", {}, async (inside) => {
      const ask = async (input: unknown) => way.decode(await inside.deliver(way.encode("ask", input)));
      expect(await ask({ a: "é😀" })).toEqual({ output: { heard: { a: "é😀" } } });
      expect(await ask({ fail: true })).toEqual({ code: "unavailable" });
    });
  });

  it.each(object.map((way) => [way.title, way] as const))("is started by an object, %s", async (_, way) => {
    await within(suite, "suite", { PHOTOS_URL: way.url }, async (inside) => {
      const said = { size: 12, etag: "e1", version: "1001", time };
      const change = (key: string, what: "created" | "removed") =>
        inside.deliver(way.encode({ ...said, key, change: what })).then((answer) => way.verdict(answer));
      expect(await change("a b+ü.jpg", "created")).toBe("acknowledged");
      await handled(inside, "created", "a b+ü.jpg");
      expect(await change("gone.jpg", "removed")).toBe("acknowledged");
      await handled(inside, "removed", "gone.jpg");
      expect(await change("fail/x.jpg", "created")).toBe("again");
    });
  });

  it.each(message.map((way) => [way.title, way] as const))(
    "takes a message, %s",
    async (_, way) => {
      const name = way.kind === "queue" ? "orders" : "readings";
      const body = (id: string, data: object) =>
        way.kind === "queue" ? cloudEvent(id, data) : JSON.stringify(data);
      const url = way.url(name);
      const built = await messagesWith(new URL(url).protocol === "mqtts:" ? "mqtt" : runtime.topics);
      await within(built, "messages", { [`${name.toUpperCase()}_URL`]: url }, async (inside) => {
        const send = async (id: string, data: object) => {
          const sent = [{ id, body: body(id, data), time, attempt: 1 }];
          return way.verdicts(await inside.deliver(way.encode(name, sent)), sent);
        };
        expect(await send("m1", { text: "é😀" })).toEqual(["acknowledged"]);
        await handled(inside, way.kind === "queue" ? "receive" : "receive-raw", "é😀");
        expect(await send("m2", { fail: true })).toEqual(["again"]);
      });
    },
    120_000,
  );
}
