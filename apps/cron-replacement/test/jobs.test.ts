// What the jobs do.
import { FunctionError } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { oldestOf } from "../src/jobs/prune-objects.ts";
import { World } from "./world.ts";

const minute = 60_000;
const day = 1440 * minute;

describe("prune-objects", () => {
  const nightly = "0 3 * * * prune-objects archive/logs --keep-days 30\n";

  async function worldWithLogs(): Promise<World> {
    const world = new World(nightly, "2027-05-01T02:59:30Z");
    for (const age of [31, 45, 29, 60]) {
      const { now } = world;
      world.now -= age * day;
      await world.stores.archive.put(`logs/${age}.txt`, Buffer.from("x".repeat(age)), {});
      await world.stores.archive.put(`kept/${age}.txt`, Buffer.from("x"), {});
      world.now = now;
    }
    return world;
  }
  const left = async (world: World): Promise<string[]> =>
    (await world.stores.archive.list({ prefix: "logs/", limit: 10 })).objects.map(({ key }) => key);

  it("deletes what is older than that many days below the prefix, and says how much", async () => {
    const world = await worldWithLogs();
    await world.pass(1);
    expect(await left(world)).toEqual(["logs/29.txt"]);
    expect((await world.stores.archive.list({ prefix: "kept/", limit: 10 })).objects).toHaveLength(4);
    const [row] = await world.rows("prune-objects");
    expect(row).toMatchObject({
      status: "ok",
      tail: "3 objects of archive/logs older than 30 days pruned, 136 bytes\n",
    });
  });

  it("deletes the oldest first, so that a crash leaves the newest", async () => {
    const world = await worldWithLogs();
    world.now += minute;
    await world.tick();
    const step = (what: string): void => {
      if (what === "archive.delete logs/45.txt") throw new Error("the process died");
    };
    await world.deliver(world.queue[0], { step });
    expect(await left(world)).toEqual(["logs/29.txt", "logs/31.txt", "logs/45.txt"]);
  });

  it("takes the oldest of all, however many a run may delete, and whatever their names", async () => {
    const listed = async function* () {
      for (const modifiedAt of [50, 90, 40, 30, 70, 20, 60, 10, 80]) yield { modifiedAt };
    };
    const oldest = async (most: number) =>
      (await oldestOf(listed(), 90, most)).map(({ modifiedAt }) => modifiedAt);
    expect(await oldest(2)).toEqual([10, 20]);
    expect(await oldest(3)).toEqual([10, 20, 30]);
    expect(await oldest(100)).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
  });

  it("prunes the ledger's own rows, and nothing else that is known of jobs", async () => {
    const world = new World("0 3 * * * prune-objects runs --keep-days 7\n", "2027-05-01T02:59:30Z");
    for (let days = 0; days < 12; days += 1) {
      await world.pass(1);
      world.now += day - minute;
    }
    const rows = await world.outcomes("prune-objects");
    expect(rows).toHaveLength(8);
    expect(await world.state("prune-objects")).toBeDefined();
  });
});

describe("probe-uptime", () => {
  it("fails for any status but 2xx, and for who does not answer", async () => {
    const world = new World(
      "MAILTO=ops@example.org\n* * * * * probe-uptime /health --within 5s\n",
      "2027-05-01T11:59:30Z",
    );
    await world.pass(1);
    world.answer = async () => 500;
    await world.pass(1);
    world.answer = () => Promise.reject(new FunctionError("timeout", "No answer within 5 s."));
    await world.pass(1);
    expect((await world.rows("probe-uptime")).map(({ status, reason }) => [status, reason])).toEqual([
      ["ok", undefined],
      ["failed", "https://cron.example/health answered 500"],
      ["failed", "No answer within 5 s."],
    ]);
  });
});

describe("send-statistics", () => {
  it("counts the runs of a day by how they ended, and cron mails what it prints", async () => {
    const world = new World(
      "MAILTO=ops@example.org\nMAIL_ON=failure\n*/10 * * * * probe-uptime https://well.example/\nMAIL_ON=output\n0 13 * * * send-statistics\n",
      "2027-05-01T11:59:30Z",
    );
    world.answer = async () => (world.now > Date.parse("2027-05-01T12:45Z") ? 503 : 200);
    await world.pass(60);
    await world.pass(1);
    const mail = world.mails.find(({ subject }) => subject === "Cron send-statistics");
    expect(mail?.to).toEqual(["ops@example.org"]);
    expect(mail?.text).toMatch(/^job +ok +failed +interrupted +skipped +missed +median +longest$/m);
    expect(mail?.text).toMatch(/^probe-uptime +5 +[12] +0 +0 +0 +0 ms +0 ms$/m);
  });
});
