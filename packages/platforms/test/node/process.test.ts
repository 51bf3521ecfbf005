// One process that does everything an app needs: the real thing, started as systemd or a container starts it.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { open } from "@faasade/connectors/object-store/file";
import { sqlQueue } from "@faasade/connectors/queue/sql";
import { open as openPg } from "@faasade/connectors/sql/pg";
import { encodeStructured } from "@faasade/core/cloudevents";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import { missingPostgres, startPostgres } from "../../../connectors/test/sql/postgres-server.ts";
import { freePort, type Started, saidOf, start, startReady, until } from "../kubernetes/process.ts";

const file = join(import.meta.dirname, "app.ts");
const minute = 60_000;
const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "faasade-node-"));
  folders.push(folder);
  return folder;
}

function run(functions: string, environment: Record<string, string> = {}): Promise<Started> {
  return startReady(file, {
    FUNCTIONS: functions,
    FAASADE_STATE: newFolder(),
    HOST: "127.0.0.1",
    ...environment,
  });
}

async function stop({ child, ended }: Started): Promise<number | null> {
  child.kill("SIGTERM");
  return ended;
}

function deadLetters(state: string): { function: string; id: string; attempts: number; reason: string }[] {
  const database = new DatabaseSync(join(state, "state.sqlite"), { readOnly: true, timeout: 10_000 });
  const rows = database.prepare("select function, id, attempts, reason from dead_letters").all();
  database.close();
  return rows as never;
}

/** A state in which `tick` was last due so many minutes ago. */
async function stateOf(minutesAgo: number): Promise<string> {
  const { State } = await import("../../src/node/state.ts");
  const folder = newFolder();
  const state = new State(folder);
  for (const name of ["tick", "hourly"]) state.remember(`suite/${name}`, Date.now() - minutesAgo * minute);
  state.close();
  return folder;
}

describe("an app in a process of its own", () => {
  it("answers requests, lets the gateway's callers in, and ends at SIGTERM", async () => {
    const secret = "what-the-gateway-knows";
    const app = await run("say,guarded", { FAASADE_GATEWAY_SECRET: secret });
    expect(await (await fetch(`${app.origin}/say`)).text()).toBe("said");
    const guarded = (headers: Record<string, string>) => fetch(`${app.origin}/guarded`, { headers });
    expect((await guarded({})).status).toBe(401);
    expect((await guarded({ "x-faasade-gateway": secret })).status).toBe(200);
    expect((await fetch(`${app.origin}/.faasade/events/say`, { method: "POST" })).status).toBe(404);
    expect(await stop(app)).toBe(0);
  });

  it("takes calls from this machine alone, on a port of their own", async () => {
    const port = String(await freePort());
    const app = await run("say,double", { FAASADE_CALLS_PORT: port });
    const call = {
      method: "POST",
      headers: { "content-type": "application/cloudevents+json" },
      body: JSON.stringify({ specversion: "1.0", id: "1", source: "/a", type: "t", data: 21 }),
    };
    const reply = await fetch(`http://127.0.0.1:${port}/.faasade/events/double`, call);
    expect(await reply.json()).toBe(42);
    expect((await fetch(`${app.origin}/.faasade/events/double`, call)).status).toBe(404);
    expect(await stop(app)).toBe(0);
  });

  it("runs schedules that were missed while it was away, as their misfire says", async () => {
    const halfAnHourAway = String((new Date().getUTCMinutes() + 30) % 60);
    const app = await run("tick,hourly", { FAASADE_STATE: await stateOf(150), HOURLY: halfAnHourAway });
    await until(() => saidOf(app, "ticked").length > 0);
    const [[id, attempt]] = saidOf<[string, number]>(app, "ticked") as [[string, number]];
    expect(id).toMatch(/^suite\/tick@\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    expect(Date.now() - Date.parse(id.slice("suite/tick@".length))).toBeLessThan(3 * minute);
    expect(attempt).toBe(1);
    expect(saidOf(app, "hourly")).toEqual([]);
    await until(() => app.output().includes("due times passed"));
    expect(await stop(app)).toBe(0);
  });

  it("runs schedules once for a due time, across restarts", async () => {
    const state = await stateOf(1);
    const first = await run("tick", { FAASADE_STATE: state });
    await until(() => saidOf(first, "ticked").length > 0);
    await until(() => lastDueOf(state) > Date.now() - 2 * minute);
    await stop(first);
    const second = await run("tick", { FAASADE_STATE: state });
    await stop(second);
    const ids = [...saidOf<[string]>(first, "ticked"), ...saidOf<[string]>(second, "ticked")].map(
      ([id]) => id,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ["invalid", 1, "invalid: told so"],
    ["unavailable", 3, "unavailable: told so (gave up after 3 attempts)"],
  ])(
    "runs schedules that fail with %s %i times, and keeps the dead letter",
    async (FAIL, attempts, reason) => {
      const state = await stateOf(2);
      const app = await run("tick", { FAASADE_STATE: state, FAIL });
      await until(() => deadLetters(state).length > 0);
      expect(deadLetters(state)[0]).toMatchObject({ function: "tick", attempts, reason });
      expect(await stop(app)).toBe(0);
    },
  );

  it("starts functions by changes of a folder, those of the past too, and not by others", async () => {
    const url = pathToFileURL(newFolder()).href;
    const store = await open(url, { clock: { now: Date.now } });
    const put = (key: string) => store.put(key, Buffer.from("picture"), {});
    await put("early.jpg");
    const app = await run("take-photo", { PHOTOS_URL: url });
    await put("late.jpg");
    await put("notes.txt");
    await until(() => saidOf(app, "photo").length === 2);
    const photos = saidOf<{ id: string; subject: string; attempt: number; size: number }>(app, "photo");
    expect(photos.map(({ subject }) => subject)).toEqual(["early.jpg", "late.jpg"]);
    expect(photos.map(({ size, attempt }) => [size, attempt])).toEqual([
      [7, 1],
      [7, 1],
    ]);
    expect(await stop(app)).toBe(0);
    await store.close();
  });

  it("starts functions by changes again that it did not come to the end of, and gives up those that kill it", async () => {
    const url = pathToFileURL(newFolder()).href;
    const store = await open(url, { clock: { now: Date.now } });
    await store.put("poison.jpg", Buffer.from("x"), {});
    const state = newFolder();
    const attempts: number[] = [];
    for (let life = 1; life <= 3; life += 1) {
      const app = await start(file, {
        FUNCTIONS: "take-photo",
        FAASADE_STATE: state,
        PHOTOS_URL: url,
        FAIL: "die",
      });
      await app.ended;
      attempts.push(...saidOf<{ attempt: number }>(app, "photo").map(({ attempt }) => attempt));
    }
    expect(attempts).toEqual([1, 2, 3]);
    const last = await run("take-photo", { FAASADE_STATE: state, PHOTOS_URL: url, FAIL: "die" });
    await until(() => deadLetters(state).length === 1);
    expect(deadLetters(state)[0]).toMatchObject({ function: "take-photo", attempts: 3 });
    expect(deadLetters(state)[0]?.reason).toContain("came to an end");
    await stop(last);
    await store.close();
  }, 60_000);

  const postgres = findPostgres();
  if (postgres === undefined) notProved("messages in a process of one's own", ...missingPostgres);
  else
    it("takes messages of queues in a database", { timeout: 120_000 }, async () => {
      const server = await startPostgres(postgres);
      onTestFinished(() => server.stop());
      const url = await server.newDatabase();
      const driver = await openPg(url);
      onTestFinished(() => driver.close());
      const app = await run("work", { JOBS_URL: url });
      const event = {
        specversion: "1.0",
        id: "1",
        source: "/t",
        type: "t",
        data: { n: 1 },
        extensions: {},
      } as const;
      const { body, contentType } = encodeStructured(event);
      await sqlQueue(driver, { name: "jobs" }).send([{ id: "1", body: Buffer.from(body), contentType }]);
      await until(() => saidOf(app, "worked").length === 1);
      expect(saidOf(app, "worked")).toEqual([{ n: 1 }]);
      expect(await stop(app)).toBe(0);
    });

  it("does not start where its environment makes no sense", async () => {
    for (const [environment, says] of [
      [{ FAASADE_SERVE: "everything" }, "FAASADE_SERVE"],
      [{ FAASADE_GATEWAY_SECRET: "short" }, "FAASADE_GATEWAY_SECRET"],
      [{ FUNCTIONS: "take-photo" }, "PHOTOS_URL is not set"],
      [{ FUNCTIONS: "tick", FAASADE_STATE: file }, "FAASADE_STATE"],
    ] as const) {
      const odd = await start(file, { FUNCTIONS: "say", FAASADE_STATE: newFolder(), ...environment });
      expect(await odd.ended).toBe(1);
      expect(odd.output()).toContain(says);
    }
  });
});

function lastDueOf(state: string): number {
  const database = new DatabaseSync(join(state, "state.sqlite"), { readOnly: true, timeout: 10_000 });
  const row = database.prepare("select last_due from due_times where job = 'suite/tick'").get();
  database.close();
  return Number(row?.["last_due"]);
}
