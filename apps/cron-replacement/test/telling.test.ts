// Who is told what: of runs, of silence.
import { FunctionError } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const minute = 60_000;
const _day = 1440 * minute;

describe("who is told", () => {
  const line = "* * * * * probe-uptime https://well.example/\n";
  const subjects = (world: World): string[] => world.mails.map(({ subject }) => subject);

  it.each([
    ["output", ["Cron probe-uptime", "Cron failed: probe-uptime"]],
    ["failure", ["Cron failed: probe-uptime"]],
    ["never", []],
  ])("MAIL_ON=%s", async (mailOn, expected) => {
    const world = new World(`MAILTO=ops@example.org\nMAIL_ON=${mailOn}\n${line}`, "2027-05-01T11:59:30Z");
    await world.pass(1);
    world.answer = async () => 500;
    await world.pass(1);
    expect(subjects(world)).toEqual(expected);
    if (expected.length === 2)
      expect(world.mails[1]?.text).toContain("Reason:   https://well.example/ answered 500");
  });

  it("nobody, when MAILTO names nobody", async () => {
    const world = new World(`MAILTO=""\n${line}`, "2027-05-01T11:59:30Z");
    world.answer = async () => 500;
    await world.pass(2);
    expect(world.mails).toEqual([]);
  });

  it("later, when mails do not go out: the run is not repeated, the mail is", async () => {
    const world = new World(`MAILTO=ops@example.org\n${line}`, "2027-05-01T11:59:30Z");
    world.mailFailure = new FunctionError("unavailable", "421 come back later");
    world.now += minute;
    await world.tick();
    expect((await world.deliver())?.code).toBe("unavailable");
    expect(await world.rows("probe-uptime")).toMatchObject([{ status: "ok", mail: "owed" }]);
    world.mailFailure = undefined;
    await world.deliver();
    await world.deliver();
    expect(world.effects).toHaveLength(1);
    expect(world.mails.map(({ id }) => id)).toEqual(["probe-uptime@2027-05-01T12:00:00.000Z"]);
    expect(await world.rows("probe-uptime")).toMatchObject([{ status: "ok", mail: "sent" }]);
  });

  it("of a run whose process died, once its time is over", async () => {
    const world = new World(`MAILTO=ops@example.org\n${line}`, "2027-05-01T11:59:30Z");
    world.now += minute;
    await world.tick();
    const step = (what: string): void => {
      if (what.startsWith("answered")) throw new Error("the process died");
    };
    await world.deliver(world.queue[0], { step });
    expect(await world.outcomes("probe-uptime")).toEqual(["2027-05-01T12:00 started"]);
    await world.pass(7);
    const rows = await world.rows("probe-uptime");
    expect(rows[0]).toMatchObject({ status: "interrupted", reason: "its process ended before it did" });
    expect(rows.at(-1)?.status).toBe("ok");
    expect(world.mails.filter(({ subject }) => subject === "Cron interrupted: probe-uptime")).toHaveLength(1);
    expect(world.effects.filter((effect) => effect.endsWith("12:00:00.000Z"))).toHaveLength(1);
  });
});

describe("the dead man's switch", () => {
  it("tells once of each silence, on the page and to who asks from outside", async () => {
    const world = new World(
      "MAILTO=ops@example.org\nMAIL_ON=never\nALERT_AFTER=10m\n* * * * * probe-uptime https://well.example/\n",
      "2027-05-01T11:59:30Z",
    );
    await world.pass(2);
    const health = async () => (await world.request("GET", "/health")).status;
    expect(await health()).toBe(200);
    world.answer = async () => 500;
    await world.pass(20);
    expect(world.mails.map(({ subject }) => subject)).toEqual(["Cron silent: probe-uptime"]);
    expect(await health()).toBe(503);
    world.answer = async () => 200;
    await world.pass(1);
    expect(await health()).toBe(200);
    world.answer = async () => 500;
    await world.pass(12);
    expect(world.mails).toHaveLength(2);
    await world.request("POST", "/jobs/probe-uptime/pause");
    expect(await health()).toBe(200);
  });

  it("sees from outside that nobody ticks any more", async () => {
    const world = new World("*/10 * * * * probe-uptime https://well.example/\n", "2027-05-01T11:59:30Z");
    await world.pass(2);
    world.now += 30 * minute;
    const { status, text } = await world.request("GET", "/health");
    expect([status, JSON.parse(text)]).toEqual([503, { jobs: 1, late: 1, silent: 0 }]);
  });
});
