// What every way in for events must do: make the canonical event of it, and never acknowledge what was not handled.
import { encodeStructured } from "@faasade/core/cloudevents";
import { dueId } from "@faasade/schedules";
import { expect, it } from "vitest";

import type { CallWay, Column, ObjectWay, ScheduleWay, Verdict } from "./column.ts";
import { objectEvent } from "./expected.ts";
import type { Failure } from "./failure.ts";
import { start } from "./start.ts";

export const failures: readonly Failure[] = [
  "retryable",
  "permanent",
  "throw",
  "reject",
  "null",
  "hang",
  "late",
];

/** What must become of an event whose handler failed so. */
export function expectedVerdict(failure: Failure, way: { readonly permanent: Verdict }): Verdict {
  return failure === "permanent" ? way.permanent : "again";
}

export function objectCases(column: Column, way: ObjectWay): void {
  const change = {
    change: "created",
    key: "a b+ü/ä&=%41?#😀.jpg",
    size: 12,
    etag: "0123456789abcdef0123456789abcdef",
    version: "0055AED6DCD90281E5",
    time: "2026-03-29T01:00:00.000Z",
  } as const;
  const open = () => start(column, { photos: way.url });

  it("is the canonical event, its key as the store knows it", async () => {
    const app = await open();
    expect(way.verdict(await app.deliver(way.encode(change)))).toBe("acknowledged");
    expect(app.handled).toHaveLength(1);
    expect(app.handled[0]?.event).toEqual(objectEvent("suite", "photos", change));
  });

  it("has the same id when it comes again, and another when it changed again", async () => {
    const app = await open();
    for (const version of [change.version, change.version, "0055AED6DCD90281E6"])
      await app.deliver(way.encode({ ...change, version }));
    const [first, again, later] = app.handled.map(({ event }) => event.id);
    expect(again).toBe(first);
    expect(later).not.toBe(first);
  });

  it("that was removed starts those who wait for that", async () => {
    const app = await open();
    await app.deliver(way.encode({ ...change, change: "removed", key: "gone.txt" }));
    expect(app.handled.map((one) => [one.function, one.event.data])).toEqual([
      ["removed", { store: "photos", key: "gone.txt" }],
    ]);
  });

  it("starts every function that waits for it, and none that does not", async () => {
    const app = await open();
    await app.deliver(way.encode({ ...change, key: "both/x.jpg" }));
    expect(app.handled.map((one) => one.function).sort()).toEqual(["created", "created-too"]);
    const other = await app.deliver(way.encode({ ...change, key: "notes.txt" }));
    const reserved = await app.deliver(way.encode({ ...change, key: ".faasade/claims/x.jpg" }));
    expect([way.verdict(other), way.verdict(reserved), app.handled.length]).toEqual([
      "acknowledged",
      "acknowledged",
      2,
    ]);
  });

  it.each(failures)("is not acknowledged when the handler does: %s", async (failure) => {
    const app = await open();
    const answer = await app.deliver(way.encode({ ...change, key: `fail/${failure}.jpg` }));
    expect(way.verdict(answer)).toBe(expectedVerdict(failure, way));
  });

  it("of a store that nobody knows is not acknowledged, and the log says why", async () => {
    const app = await start(column, {});
    expect(way.verdict(await app.deliver(way.encode(change)))).not.toBe("acknowledged");
    expect(app.records.map(({ message }) => message).join()).toContain("Cannot deliver");
  });
}

export function scheduleCases(column: Column, way: ScheduleWay): void {
  const due = "2026-03-29T06:00:00Z";

  it("is the canonical event of its function, with the id that every host gives it", async () => {
    const app = await start(column);
    expect(way.verdict(await app.deliver(way.encode("suite", "tick", due)))).toBe("acknowledged");
    expect(app.handled.map((one) => [one.function, one.event])).toEqual([
      [
        "tick",
        {
          specversion: "1.0",
          id: dueId("suite/tick", Date.parse(due)),
          source: "/suite/tick",
          type: "dev.faasade.schedule.due",
          time: "2026-03-29T06:00:00.000Z",
          datacontenttype: "application/json",
          data: { job: "suite/tick", due: "2026-03-29T06:00:00.000Z" },
          extensions: {},
        },
      ],
    ]);
  });

  it.each(failures)("is not acknowledged when the handler does: %s", async (failure) => {
    const app = await start(column);
    app.ask(failure);
    const answer = await app.deliver(way.encode("suite", "tick", due));
    expect(way.verdict(answer)).toBe(expectedVerdict(failure, way));
  });

  it("for a function that is not there is not acknowledged", async () => {
    const app = await start(column);
    for (const [name, functionName] of [
      ["suite", "absent"],
      ["other", "tick"],
      ["suite", "receive"],
    ] as const)
      expect(way.verdict(await app.deliver(way.encode(name, functionName, due)))).not.toBe("acknowledged");
    expect(app.handled).toEqual([]);
  });
}

export function callCases(column: Column, way: CallWay): void {
  it("hands over the input and brings back the output", async () => {
    const app = await start(column);
    expect(way.decode(await app.deliver(way.encode("ask", { a: [1, "é", null] })))).toEqual({ output: null });
    expect(app.handled[0]?.event.data).toEqual({ a: [1, "é", null] });
  });

  it.each(failures)("tells the caller when the handler does: %s", async (fail) => {
    const app = await start(column);
    const codes = { permanent: "unprocessable", retryable: "unavailable", hang: "timeout", late: "timeout" };
    const code = Object.entries(codes).find(([name]) => name === fail)?.[1] ?? "internal";
    expect(way.decode(await app.deliver(way.encode("ask", { fail })))).toEqual({ code });
  });

  it("of a function that is none of that kind is an error", async () => {
    const app = await start(column);
    expect(way.decode(await app.deliver(way.encode("tick", {})))).toEqual({ code: "not_found" });
  });
}

/** A message's body in the format `cloudevents`. */
export function cloudEvent(id: string, data: unknown): string {
  const event = {
    specversion: "1.0",
    id,
    source: "/orders",
    type: "dev.faasade.message",
    data,
    extensions: {},
  } as const;
  return encodeStructured(event).body;
}
