// What an operator asks of a world that runs: refused with the reason where it is wrong, and written down where it is done.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeadLetterEntry, JournalEntry } from "../src/control/api.ts";
import { socketAddress } from "../src/home.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

let place: Awaited<ReturnType<typeof makeRoot>>;
let world: World;
const start = async (): Promise<void> => {
  world = await World.start({ home: homeAt(place.root, { FAASADE_DATA: place.data }) });
};

beforeAll(async () => {
  place = await makeRoot();
  await start();
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await place?.remove();
}, 60_000);

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<[number, Answer]> {
  const response = await fetch(`${new URL(world.pageUrl).origin}/control/${path}`, {
    method,
    headers: { authorization: `Bearer ${world.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return [response.status, (await response.json()) as Answer];
}

const deadLetters = async (): Promise<DeadLetterEntry[]> =>
  (await ask<{ deadLetters: DeadLetterEntry[] }>("GET", "dead-letters"))[1].deadLetters;
const entriesOf = async (id: string): Promise<JournalEntry[]> =>
  (await ask<{ entries: JournalEntry[] }>("GET", "events?limit=2000"))[1].entries.filter(
    (entry) => entry.id === id,
  );

describe("a message that the schema refuses", () => {
  const wrong = { queue: "jobs", data: { name: "wrong", failures: "many" } };

  it("is refused with the path, and is not in the queue", async () => {
    const before = await world.queues.get("probe/jobs").depth();
    expect(await ask("POST", "send", wrong)).toMatchObject([
      400,
      {
        code: "invalid",
        detail: expect.stringMatching(/^Cannot accept a message for jobs at failures: .*unchecked\.$/),
      },
    ]);
    expect(await world.queues.get("probe/jobs").depth()).toEqual(before);
  });

  it("is sent unchecked, to see its function refuse it", async () => {
    const [status, { id }] = await ask<{ id: string }>("POST", "send", { ...wrong, unchecked: true });
    expect(status).toBe(200);
    const letter = await until("the dead letter", async () =>
      (await deadLetters()).find((one) => one.id === id),
    );
    expect(letter.reason).toContain("at failures");
  });
});

describe("dead letters", () => {
  it("are discarded for good, and the journal keeps who did it, why, and what they had failed with", async () => {
    const refused = { queue: "jobs", data: { name: "discarded", refuse: true } };
    const [, { id }] = await ask<{ id: string }>("POST", "send", refused);
    await until("the dead letter", async () => (await deadLetters()).some((one) => one.id === id));
    const others = (await deadLetters()).filter((one) => one.id !== id);
    const asked = { queue: "jobs", ids: [id, "nobody"], by: "ada", why: "a test order" };
    expect(await ask("POST", "dead-letters/discard", asked)).toEqual([200, { discarded: 1 }]);
    expect(await deadLetters()).toEqual(others);
    expect(await ask("POST", "dead-letters/replay", { ids: [id] })).toEqual([200, { replayed: 0 }]);
    expect((await entriesOf(id)).at(-1)).toMatchObject({
      kind: "operator",
      title: "discarded from probe/jobs by ada",
      detail: "a test order (it was given up: unprocessable: Refused by its own word.)",
    });
    // Not a moment later, as what is merely noted: whoever asks the disk finds it.
    const query = "select count(*)::int as n from journal where entry->>'title' like 'discarded from%'";
    expect(await ask("POST", "sql", { database: "world", query })).toMatchObject([200, { rows: [{ n: 1 }] }]);
  });

  it("are the newest of all, however many there are", async () => {
    const queue = world.queues.get("probe/jobs");
    const ids = Array.from({ length: 130 }, (_, n) => `many-${String(999 - n)}`);
    for (const id of ids) {
      await queue.send([{ id, body: Buffer.from("{}"), contentType: "text/plain", delaySeconds: 3600 }]);
    }
    await world.sql.execute(
      "update faasade_queue set dead_at = 4e12 + substr(id, 6)::int, reason = 'old' where id like 'many-%'",
    );
    const [, { deadLetters: newest }] = await ask<{ deadLetters: DeadLetterEntry[] }>(
      "GET",
      "dead-letters?limit=3",
    );
    expect(newest.map(({ id }) => id)).toEqual(["many-999", "many-998", "many-997"]);
    await ask("POST", "dead-letters/discard", { ids });
  });

  it("that are alive again are not discarded", async () => {
    const queue = world.queues.get("probe/jobs");
    const alive = { id: "alive", body: new Uint8Array(), contentType: "text/plain", delaySeconds: 3600 };
    await queue.send([alive]);
    expect(await ask("POST", "dead-letters/discard", { ids: ["alive"] })).toEqual([200, { discarded: 0 }]);
    expect((await queue.depth()).delayed).toBe(1);
  });
});

describe("a question", { timeout: 60_000 }, () => {
  const sql = (database: string, query: string) => ask("POST", "sql", { database, query });

  it("leaves nothing to those who come after it", async () => {
    const hide = "select set_config('search_path', 'pg_temp', false)";
    for (const database of ["world", "probe/ledger"]) expect((await sql(database, hide))[0]).toBe(200);
    expect((await sql("probe/ledger", "create temp table jobs (id int)"))[0]).toBe(200);
    const [, path] = await sql("probe/ledger", "select current_setting('search_path') as path");
    expect(path).toEqual({ rows: [{ path: expect.stringContaining("public") }], count: 1 });
    expect((await sql("probe/ledger", "select * from pg_temp.jobs"))[0]).toBe(400);
    const send = { queue: "jobs", data: { name: "after" }, delaySeconds: 3600 };
    expect((await ask("POST", "send", send))[0]).toBe(200);
  });

  it("that computes for long holds up nobody", async () => {
    let isOver = false;
    const count = "select count(*)::int as n from generate_series(1, 100000)";
    const asked = sql("world", count).finally(() => {
      isOver = true;
    });
    let others = 0;
    for (; !isOver; others += 1) {
      expect((await ask("GET", "status"))[0]).toBe(200);
      await delay(10);
    }
    expect(await asked).toEqual([200, { rows: [{ n: 100_000 }], count: 1 }]);
    expect(others).toBeGreaterThan(10);
  });
});

describe("the clock", () => {
  it("is where it was when it cannot be moved, and ahead when it can", async () => {
    const before = world.clock.aheadMilliseconds;
    await world.sql.execute("alter table world rename to elsewhere");
    const advance = () => ask("POST", "clock", { advanceSeconds: 60 });
    expect((await advance())[0]).toBe(500);
    expect(world.clock.aheadMilliseconds).toBe(before);
    await world.sql.execute("alter table elsewhere rename to world");
    expect((await advance())[0]).toBe(200);
    expect(world.clock.aheadMilliseconds).toBe(before + 60_000);
  });
});

describe("what is wrong with a request", () => {
  it.each([
    ["sql", { database: "probe/ledger", query: "select nothing" }, 400, /nothing/],
    ["sql", { database: "world", query: "delete from journal" }, 403, /read-only/],
    [
      "sql",
      { database: "ledgers", query: "select 1" },
      404,
      /the database ledgers: .* There are: probe\/ledger, world\./,
    ],
    ["send", { queue: "jbos", data: {} }, 404, /the queue jbos: .* There are: probe\/jobs\./],
    ["invoke", { function: "ad" }, 404, /the function ad: .* There are: probe\/add, /],
    ["dead-letters/discard", { queue: "jbos" }, 404, /the queue jbos/],
  ])("%s %j is answered %i", async (path, body, status, says) => {
    expect(await ask("POST", path, body)).toMatchObject([status, { detail: expect.stringMatching(says) }]);
  });
});

describe("chaos", () => {
  const attemptsOf = async (id: string): Promise<JournalEntry[]> =>
    (await ask<{ entries: JournalEntry[] }>("GET", "events?limit=2000"))[1].entries.filter(
      ({ kind, cause }) => kind === "attempt" && cause === id,
    );
  const send = async (name: string): Promise<string> =>
    (await ask<{ id: string }>("POST", "send", { queue: "jobs", data: { name } }))[1].id;

  it("delivers twice what is to be delivered twice, and late what is to be late", async () => {
    await ask("POST", "chaos", { duplicate: 1 });
    const twice = await send("twice");
    await until("both attempts", async () => (await attemptsOf(twice)).length === 2);

    await ask("POST", "chaos", { duplicate: 0, delaySeconds: 3600 });
    const late = await send("late");
    await until("it to be taken", async () => (await world.queues.get("probe/jobs").depth()).inFlight > 0);
    await ask("POST", "chaos", { delaySeconds: 0 });
    // What comes after it is done by now, and it is not.
    const punctual = await send("punctual");
    await until("its attempt", async () => (await attemptsOf(punctual)).length === 1);
    expect(await attemptsOf(late)).toEqual([]);
  });
});

describe("the socket of the apps' calls", () => {
  it("answers nobody without the token of their processes", async () => {
    const call = async (token: string): Promise<number | undefined> => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const path = { socketPath: socketAddress(world.home, "calls"), path: "/call/probe/add" };
      const asking = request({ ...path, method: "POST", headers }).end('{"a":1,"b":2}');
      const [reply] = (await once(asking, "response")) as [IncomingMessage];
      reply.resume();
      return reply.statusCode;
    };
    expect(await call(world.pipeToken)).toBe(200);
    for (const wrong of ["", `${world.pipeToken.slice(0, -1)}~`, world.token])
      expect(await call(wrong)).toBe(401);
  });
});

describe("the gateway", { timeout: 120_000 }, () => {
  it("has the same address after the next start, and another where that is taken", async () => {
    const before = world.gatewayOrigin;
    await world.stop();
    await start();
    expect(world.gatewayOrigin).toBe(before);
    await world.stop();
    const other: Server = createServer().listen(Number(new URL(before).port), "127.0.0.1");
    await once(other, "listening");
    try {
      await start();
    } finally {
      other.close();
    }
    expect(world.gatewayOrigin).not.toBe(before);
    expect((await fetch(`${world.gatewayOrigin}/probe/echo/x`)).status).toBe(200);
  });
});
