// What the operator steers: runs by hand, pauses, what runs once, jobs that are taken away.
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const probe = "probe-uptime https://well.example/";
const minute = 60_000;

/** A crontab of one line, under some variables. */
function crontab(line: string, variables: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return `${set.join("")}${line} ${probe}\n`;
}

describe("what the operator steers", () => {
  it("run now runs beside the due times, also while the job is paused", async () => {
    const world = new World(crontab("0 5 * * *"), "2027-05-01T12:00:30.250Z");
    expect((await world.request("POST", "/jobs/probe-uptime/pause")).status).toBe(202);
    expect((await world.request("POST", "/jobs/probe-uptime/run")).status).toBe(202);
    await world.drain();
    expect((await world.rows("probe-uptime")).map(({ due, status }) => `${due} ${status}`)).toEqual([
      "2027-05-01T12:00:30.250Z ok",
    ]);
    // The same instant is the same run, however often it is asked for.
    await world.request("POST", "/jobs/probe-uptime/run");
    await world.drain();
    expect(world.effects).toEqual(["probe-uptime@2027-05-01T12:00:30.250Z"]);
    expect((await world.state("probe-uptime"))?.active).toBeUndefined();
    expect((await world.request("POST", "/jobs/nothing/run")).status).toBe(404);
    expect((await world.request("POST", "/jobs/probe-uptime/explode")).status).toBe(404);
  });

  it("pause: due times pass, and the ledger says so, until it goes on", async () => {
    const world = new World(crontab("* * * * *"), "2027-05-01T11:59:30Z");
    await world.pass(1);
    await world.request("POST", "/jobs/probe-uptime/pause");
    await world.pass(2);
    await world.request("POST", "/jobs/probe-uptime/resume");
    await world.pass(1);
    const statuses = (await world.rows("probe-uptime")).map(({ status }) => status);
    expect(statuses).toEqual(["ok", "paused", "paused", "ok"]);
  });

  it("at: runs once at a time of a zone, late if it must, and is taken away", async () => {
    const world = new World("", "2027-03-28T00:30:10Z");
    const body = JSON.stringify({ at: "2027-03-28T02:30", timeZone: "Europe/Berlin", command: probe });
    const { status, text } = await world.request("POST", "/at", body);
    expect([status, JSON.parse(text).at]).toEqual([201, "2027-03-28T01:00:00.000Z"]);
    await world.tick();
    world.now += 5 * 60 * minute;
    await world.pass(3);
    const { job } = JSON.parse(text) as { job: string };
    expect(await world.outcomes(job)).toEqual(["2027-03-28T01:00 ok"]);
    expect((await world.stores.crontabs.list({ prefix: "at/", limit: 10 })).objects).toEqual([]);
    expect(await world.state(job)).toBeUndefined();
    const past = JSON.stringify({ at: "2027-03-01T00:00", command: probe });
    expect((await world.request("POST", "/at", past)).status).toBe(400);
    const shell = JSON.stringify({ at: "2028-03-01T00:00", command: "/bin/true" });
    expect((await world.request("POST", "/at", shell)).text).toContain("is no job here");
  });

  it("at: is not run again by a tick that slept while it was run and forgotten", async () => {
    const world = new World("", "2027-03-28T00:30:10Z");
    const body = JSON.stringify({ at: "2027-03-28T00:40", command: probe });
    const { job } = JSON.parse((await world.request("POST", "/at", body)).text) as { job: string };
    let slept = false;
    const step = async (what: string): Promise<void> => {
      if (slept || what !== `runs.get jobs/${job}.json`) return;
      slept = true;
      await world.pass(15);
      expect(await world.state(job)).toBeUndefined();
    };
    await world.tick({ step });
    await world.drain();
    expect(await world.outcomes(job)).toEqual(["2027-03-28T00:40 ok"]);
    expect(world.effects).toHaveLength(1);
  });

  it("at: can be called off before", async () => {
    const world = new World("", "2027-03-28T00:30:10Z");
    const body = JSON.stringify({ at: "2027-03-28T00:40", command: probe });
    const { id } = JSON.parse((await world.request("POST", "/at", body)).text) as { id: string };
    expect((await world.request("DELETE", `/at/${id}`)).status).toBe(204);
    await world.pass(15);
    expect(world.effects).toEqual([]);
  });

  it("a job that is taken from the crontab leaves no row that says it is still due", async () => {
    const world = new World(crontab("* * * * *", { OVERLAP: "queue" }), "2027-05-01T11:59:30Z");
    world.now += minute;
    await world.tick();
    await world.request("PUT", "/crontab", "@daily send-statistics\n");
    await world.tick();
    await world.drain();
    const [row] = await world.rows("probe-uptime");
    expect(row).toMatchObject({ status: "skipped", reason: "the job was taken away" });
    expect(world.effects).toEqual([]);
  });
});
