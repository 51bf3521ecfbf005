import { describe, expect, it } from "vitest";
import type { JobOverview } from "../src/overview.ts";
import { World } from "./world.ts";

const minute = 60_000;
const _day = 1440 * minute;

describe("the crontab", () => {
  it("is taken whole or not at all, each line named that cannot be read", async () => {
    const world = new World("@daily send-statistics\n", "2027-05-01T11:59:30Z");
    const broken = [
      "0 10 * * ? * send-statistics",
      "OVERLAP=maybe",
      "@daily send-statistics",
      "OVERLAP=skip",
      "@daily prune-objects archive --keep-days none",
      "@daily /usr/local/bin/backup",
      "@reboot send-statistics",
    ].join("\n");
    const { status, text } = await world.request("PUT", "/crontab", broken);
    expect(status).toBe(422);
    const { errors } = JSON.parse(text) as { errors: { path: string; message: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual(["line 1", "line 3", "line 5", "line 6", "line 7"]);
    expect(errors.find(({ path }) => path === "line 6")?.message).toContain("there is no shell");
    expect((await world.request("GET", "/crontab")).text).toBe("@daily send-statistics\n");
    const good =
      "@hourly send-statistics\n0 3 * * * prune-objects archive --keep-days 9\n0 4 * * * prune-objects runs --keep-days 9\n";
    const taken = JSON.parse((await world.request("PUT", "/crontab", good)).text) as {
      jobs: { name: string }[];
    };
    expect(taken.jobs.map(({ name }) => name)).toEqual([
      "send-statistics",
      "prune-objects-archive",
      "prune-objects-runs",
    ]);
    expect((await world.request("PUT", "/crontab", "x".repeat(300_000))).status).toBe(413);
  });

  it("that cannot be read runs nothing of it, and the tick says which line", async () => {
    const world = new World("* * * * * send-statistics\nCRON_TZ=Nowhere\n", "2027-05-01T11:59:30Z");
    world.now += minute;
    const error = await world.tick();
    expect(error).toMatchObject({ code: "unprocessable", message: expect.stringContaining("line 2") });
    expect(world.queue).toEqual([]);
  });
});

describe("the page", () => {
  it("shows every job with its newest runs first, and when it is due next", async () => {
    const world = new World(
      "CRON_TZ=Europe/Berlin\n*/5 * * * * probe-uptime https://well.example/\n",
      "2027-05-01T11:59:30Z",
    );
    await world.pass(30);
    const { jobs } = JSON.parse((await world.request("GET", "/runs.json")).text) as { jobs: JobOverview[] };
    expect(jobs).toMatchObject([
      {
        name: "probe-uptime",
        state: "idle",
        timeZone: "Europe/Berlin",
        next: "2027-05-01T12:30:00.000Z",
        isLate: false,
      },
    ]);
    expect(jobs[0]?.runs.map(({ due }) => due.slice(11, 16))).toEqual([
      "12:25",
      "12:20",
      "12:15",
      "12:10",
      "12:05",
      "12:00",
    ]);
    expect(jobs[0]?.runs[0]).toMatchObject({
      status: "ok",
      startedAt: "2027-05-01T12:25:30.000Z",
      endedAt: "2027-05-01T12:25:30.000Z",
      next: "2027-05-01T12:30:00.000Z",
      tail: "https://well.example/ answered 200 in 0 ms\n",
    });
    const page = await world.request("GET", "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>Jobs and their runs</title>");
  });
});
