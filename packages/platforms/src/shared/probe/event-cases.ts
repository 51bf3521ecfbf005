// What every way in for events must do, as far as it can be seen from outside: through a stage's own stores, queues and calls.
import assert from "node:assert/strict";
import type { Send } from "./client.ts";

export type EventKind = "object" | "message" | "call" | "schedule";

/** A stage of the probe, as who asks it needs it. */
export interface ProbeStage {
  readonly send: Send;
  putObject(key: string, body: string): Promise<void>;
  /** What `take-object`, `take-letter` or `tick` told; undefined as long as it told nothing. */
  told(key: string): Promise<Told | undefined>;
  call(data: unknown): Promise<{
    readonly ok: boolean;
    readonly reply?: unknown;
    readonly error?: { readonly code: string; readonly message: string };
  }>;
  deadLetters(): Promise<readonly { readonly body: string; readonly reason: string }[]>;
}

export interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

export interface EventCase {
  readonly kind: EventKind;
  readonly title: string;
  /** A mark of `again` fails the first time, one of `refused` for good. */
  readonly mark: "plain" | "again" | "refused";
  /** How long the slowest platform may take. */
  readonly seconds: number;
  begin(stage: ProbeStage, mark: string): Promise<void>;
  /** @returns whether it came to its end. @throws {AssertionError} when that is not as it must be. */
  look(stage: ProbeStage, mark: string): Promise<boolean>;
}

const text = "grüß 😀";
const keyOf = (mark: string): string => `${mark}/a b+é 100%.txt`;

/** What starts a function, how it is asked for, and what has to arrive. */
const starts = {
  object: {
    what: "an object",
    begin: (stage: ProbeStage, mark: string) => stage.putObject(keyOf(mark), text),
    check({ type, data }: Told, mark: string) {
      assert.equal(type, "dev.faasade.object.created");
      const { store, key, size } = data as Record<string, unknown>;
      assert.deepEqual([store, key, size], ["probe-inbox", keyOf(mark), Buffer.byteLength(text)]);
    },
  },
  message: {
    what: "a message",
    async begin({ send }: ProbeStage, mark: string) {
      const { status, body } = await send({
        method: "POST",
        path: "/letters",
        headers: [["content-type", "application/json"]],
        body: Buffer.from(JSON.stringify({ mark, text })),
      });
      assert.equal(status, 202, Buffer.from(body).toString("utf8").slice(0, 300));
    },
    check: ({ data }: Told, mark: string) => assert.deepEqual(data, { mark, text }),
  },
} as const;

const perKind = (["object", "message"] as const).flatMap((kind): readonly EventCase[] => {
  const { what, begin, check } = starts[kind];
  return [
    {
      kind,
      title: `${what} starts its function, and arrives whole`,
      mark: "plain",
      seconds: 120,
      begin,
      async look(stage, mark) {
        const told = await stage.told(`${mark}.1`);
        if (told !== undefined) check(told, mark);
        return told !== undefined;
      },
    },
    {
      kind,
      title: `${what} whose function failed comes again, with the same id`,
      mark: "again",
      seconds: 400,
      begin,
      async look(stage, mark) {
        const [first, second] = [await stage.told(`${mark}.1`), await stage.told(`${mark}.2`)];
        if (first === undefined || second === undefined) return false;
        check(second, mark);
        assert.equal(second.id, first.id);
        return true;
      },
    },
    {
      kind,
      title: `${what} that was refused for good is kept among the dead letters`,
      mark: "refused",
      seconds: 900,
      begin,
      async look(stage, mark) {
        const letters = await stage.deadLetters();
        return letters.some(({ body }) => body.includes(mark));
      },
    },
  ];
});

export const eventCases: readonly EventCase[] = [
  ...perKind,
  {
    kind: "call",
    title: "a call brings back what its function answered",
    mark: "plain",
    seconds: 60,
    begin: async () => {},
    async look(stage, mark) {
      const given = { mark, given: [1, text, null] };
      const { ok, reply, error } = await stage.call(given);
      assert.ok(ok, error?.message);
      assert.deepEqual(reply, given);
      return true;
    },
  },
  {
    kind: "call",
    title: "a call of a function that refuses brings back why",
    mark: "refused",
    seconds: 60,
    begin: async () => {},
    async look(stage, mark) {
      const { ok, error } = await stage.call({ mark, given: 1 });
      assert.equal(ok, false);
      assert.match(`${error?.code} ${error?.message}`, /unprocessable|It asked to be refused/);
      return true;
    },
  },
  {
    kind: "schedule",
    title: "a due time starts its function, by its job",
    mark: "plain",
    seconds: 180,
    begin: async () => {},
    async look(stage) {
      const told = await stage.told("tick.1");
      if (told === undefined) return false;
      const { job, due } = told.data as Record<string, string>;
      assert.deepEqual([told.type, job], ["dev.faasade.schedule.due", "probe/tick"]);
      assert.equal(new Date(due ?? "").getUTCSeconds(), 0, `${due} is no minute`);
      return true;
    },
  },
];
