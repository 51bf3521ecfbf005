// An app whose folder goes while the world runs: it is said, nothing is delivered to it, and nothing is lost until it returns.
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { worldState } from "../src/control/answers.ts";
import type { AppState } from "../src/control/api.ts";
import { sendMessage } from "../src/control/send.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

const sending = { delaySeconds: 0, unchecked: true };
let world: World;
let remove: () => Promise<void>;
let folder: string;
let elsewhere: string;

beforeAll(async () => {
  const made = await makeRoot();
  ({ remove } = made);
  folder = join(made.root, "apps/probe");
  elsewhere = join(made.root, "elsewhere");
  world = await World.start({ home: homeAt(made.root, { FAASADE_DATA: made.data }) });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await remove?.();
}, 60_000);

const probe = async (): Promise<AppState | undefined> => (await worldState(world)).apps[0];
const reaches = (state: AppState["state"]): Promise<unknown> =>
  until(state, async () => (await probe())?.state === state);
const done = async (prefix: string): Promise<number> =>
  (await (await world.stores.open("probe", "done")).list({ prefix, limit: 100 })).objects.length;
const fetchEcho = (): Promise<Response> => fetch(`${world.gatewayOrigin}/probe/echo/x`);
const rows = async (): Promise<number> => {
  const ledger = await world.databases.get("probe/ledger");
  // The table is made when a function first opens the database.
  const asked = ledger.transaction((session) => session.query("select id from jobs"));
  return asked.then(
    ({ count }) => count,
    () => 0,
  );
};

const functions = (): string => join(folder, "src/functions");

describe.each([
  ["moved away", () => rename(folder, elsewhere), () => rename(elsewhere, folder)],
  ["left without its functions", () => rename(functions(), elsewhere), () => rename(elsewhere, functions())],
  [
    "deleted",
    async () => {
      await cp(folder, elsewhere, { recursive: true });
      await rm(folder, { recursive: true });
    },
    async () => {
      // As a checkout does it: folder by folder, file by file, in any order.
      await mkdir(folder);
      await cp(join(elsewhere, "src"), join(folder, "src"), { recursive: true });
      await reaches("failed");
      expect((await probe())?.problem).toContain("which every app needs");
      for (const name of ["samples", "package.json"])
        await cp(join(elsewhere, name), join(folder, name), { recursive: true });
    },
  ],
])("an app whose folder is %s", { timeout: 120_000 }, (how, take, putBack) => {
  it("is told to be gone, wherever one looks", async () => {
    expect((await fetchEcho()).status).toBe(200);
    await take();
    await reaches("gone");
    const problem = `its folder ${functions()} is gone`;
    expect(await probe()).toMatchObject({ state: "gone", problem });
    expect(world.isReady).toBe(false);
    const refused = await fetchEcho();
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ detail: `Cannot reach probe: ${problem}.` });
    expect(world.logs.lines("probe", 20)).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: `probe is stopped: ${problem}. What waits for it is kept.`,
      }),
    );
    const titles = world.journal.entries({ app: "probe", limit: 500 }).map(({ title }) => title);
    expect(titles.filter((title) => title === "probe is gone").length).toBeGreaterThan(0);
    expect(world.scheduler.nextDue("probe/daily")).toBeUndefined();
  });

  it("gets nothing, loses nothing, and catches up when it is back", async () => {
    const before = { rows: await rows(), done: await done(`${how}/`) };
    await sendMessage(world, "jobs", { name: how }, sending);
    await (await world.stores.open("probe", "inbox")).put(`${how}/a.txt`, "hello");
    await until("both to wait", async () => {
      const queues = ["probe/jobs", world.queues.deliveriesOf("probe/file")];
      const depths = await Promise.all(queues.map((name) => world.queues.get(name).depth()));
      // What was taken while the app went is kept in hand, for no attempt of it was made.
      return depths.every(({ ready, delayed, inFlight }) => ready + delayed + inFlight > 0);
    });
    expect({ rows: await rows(), done: await done(`${how}/`) }).toEqual(before);
    await putBack();
    await reaches("ready");
    expect(await probe()).not.toHaveProperty("problem");
    await until("the message", async () => (await rows()) === before.rows + 1);
    await until("the object", async () => (await done(`${how}/`)) === before.done + 1);
    expect(world.scheduler.nextDue("probe/daily")).toBeGreaterThan(Date.now());
    expect((await fetchEcho()).status).toBe(200);
    await rm(elsewhere, { recursive: true, force: true });
  });
});
