// What every queue and topic must do: each message its own verdict, in order where order is promised.
import { describe, expect, it } from "vitest";
import type { Column, Message, MessageWay } from "./column.ts";
import { cloudEvent, expectedVerdict, failures } from "./event-cases.ts";
import { start } from "./start.ts";

const time = "2026-03-29T01:00:00.123Z";

function message(id: string, body: string, attempt = 1): Message {
  return { id, body, time, attempt };
}

export function messageCases(column: Column, way: MessageWay): void {
  const names = ["orders", "readings", "parcels"];
  const open = () => start(column, Object.fromEntries(names.map((name) => [name, way.url(name)])));
  const deliver = async (app: Awaited<ReturnType<typeof open>>, name: string, messages: Message[]) =>
    way.verdicts(await app.deliver(way.encode(name, messages)), messages);

  it("that is a CloudEvent arrives as it was sent", async () => {
    const app = await open();
    const sent = message("m1", cloudEvent("e1", { text: "é😀" }), 3);
    expect(await deliver(app, "orders", [sent])).toEqual(["acknowledged"]);
    expect(app.handled).toHaveLength(1);
    expect(app.handled[0]).toMatchObject({
      function: "receive",
      attempt: way.counts ? 3 : 1,
      event: { id: "e1", source: "/orders", type: "dev.faasade.message", data: { text: "é😀" } },
    });
  });

  it("that is bare gets attributes which are the same at each delivery", async () => {
    const app = await open();
    for (const [id, body, data] of [
      ["m1", '{"celsius":21.5}', { celsius: 21.5 }],
      ["m2", "no json", "no json"],
    ] as const) {
      expect(await deliver(app, "readings", [message(id, body)])).toEqual(["acknowledged"]);
      const event = app.handled.at(-1)?.event;
      expect({ ...event, data: event?.data }).toMatchObject({
        id: way.bareId?.("readings", id) ?? id,
        source: "/readings",
        type: "dev.faasade.message",
        time,
        data,
      });
    }
  });

  const { device } = way;
  if (device !== undefined)
    it("that is bare is of the device that the platform says, whatever the message says", async () => {
      const app = await open();
      const sent = message("m1", '{"device":"other","key":"other","subject":"other"}');
      expect(await deliver(app, "readings", [sent])).toEqual(["acknowledged"]);
      expect(app.handled[0]?.event).toMatchObject({ subject: device });
    });

  it("that is no CloudEvent is not acknowledged", async () => {
    const app = await open();
    for (const body of ["", "{", '{"specversion":"1.0"}', "[]", "null"])
      expect(await deliver(app, "orders", [message("m1", body)]), body).toEqual([
        expect.not.stringMatching("acknowledged"),
      ]);
    expect(app.handled).toEqual([]);
  });

  it.each(failures)("is not acknowledged when the handler does: %s", async (fail) => {
    const app = await open();
    const verdicts = await deliver(app, "orders", [message("m1", cloudEvent("e1", { fail }))]);
    expect(verdicts).toEqual([expectedVerdict(fail, way)]);
  });

  it("of a source that nobody knows is not acknowledged, and the log says why", async () => {
    const app = await open();
    const [verdict] = await deliver(app, "strangers", [message("m1", cloudEvent("e1", {}))]);
    expect(verdict).not.toBe("acknowledged");
    expect(app.records.map(({ message }) => message).join()).toContain("Cannot deliver");
  });

  if (way.several === false) return;
  describe("several at once", () => {
    const mixed = ["ok", "retryable", "ok", "permanent", "ok"].map((fail, at) =>
      message(`m${at}`, cloudEvent(`e${at}`, fail === "ok" ? {} : { fail })),
    );

    it("each have their own verdict", async () => {
      const app = await open();
      const verdicts = await deliver(app, "orders", mixed);
      const done = "acknowledged";
      const expected =
        way.several === "ordered"
          ? [done, "again", "again", "again", "again"]
          : [done, "again", done, way.permanent, done];
      expect(verdicts).toEqual(expected);
      const ids = app.handled.map(({ event }) => event.id);
      expect(ids).toEqual(way.several === "ordered" ? ["e0", "e1"] : ["e0", "e1", "e2", "e3", "e4"]);
    });

    it.each(["orders", "parcels"])("that cannot be read spoil no other, of %s", async (name) => {
      const app = await open();
      const messages = [message("m0", cloudEvent("e0", {})), message("m1", "{")];
      expect(await deliver(app, name, messages)).toEqual(["acknowledged", "again"]);
    });

    it("are handed over as a batch to who asked for it, each with its verdict", async () => {
      const app = await open();
      const verdicts = await deliver(app, "parcels", [mixed[0], mixed[2], mixed[1]] as Message[]);
      expect(verdicts).toEqual(["acknowledged", "acknowledged", "again"]);
      expect(app.handled.map((one) => one.function)).toEqual(Array(3).fill("receive-many"));
    });

    it("all come again when the function cannot run", async () => {
      const app = await open();
      app.ask("throw");
      expect(await deliver(app, "parcels", [mixed[0], mixed[2]] as Message[])).toEqual(["again", "again"]);
    });
  });
}
