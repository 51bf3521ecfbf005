// What holds whatever the platform does: two schedulers whose clocks differ, messages twice and late, deaths at every
// step.
import { dueBetween } from "@faasade/schedules";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCrontab } from "../src/crontab.ts";
import { isFinal, iso, type Job, type Run } from "../src/job.ts";
import { readJobs } from "../src/read-jobs.ts";
import type { Message } from "./process.ts";
import { World } from "./world.ts";

const start = Date.parse("2027-03-28T00:52:30Z");
const minute = 60_000;
/** A run has five minutes: what happens together must take less, or its lease is rightly over. */
const longestTogether = 4;

const crontab = `CRON_TZ=Europe/Berlin
MAILTO=ops@example.org
OVERLAP=skip
MISFIRE=once
* * * * * probe-uptime https://skip.example/
OVERLAP=queue
MISFIRE=all
CATCH_UP=3
*/2 * * * * probe-uptime https://queue.example/
OVERLAP=replace
MISFIRE=skip
* * * * * probe-uptime https://replace.example/
RANDOM_DELAY=3
30 2 * * * probe-uptime https://nightly.example/
`;
const names = readCrontab(crontab, start).map(({ name }) => name);

interface Work {
  readonly kind: "tick" | "deliver" | "wait" | "steer";
  /** Which message, how many minutes, which job. */
  readonly which: number;
  /** Of the process' clock, in seconds. */
  readonly clockOffset: number;
  /** The step at which its process dies. */
  readonly diesAt: number | undefined;
}

const works: fc.Arbitrary<Work> = fc.record({
  kind: fc.constantFrom("tick", "tick", "deliver", "deliver", "deliver", "wait", "steer"),
  which: fc.nat(7),
  clockOffset: fc.constantFrom(0, 0, 0, -40, 40),
  diesAt: fc.option(fc.nat(40), { nil: undefined, freq: 3 }),
});
const rounds = fc.array(fc.array(works, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 14 });
const actions = ["run", "pause", "resume"] as const;

/** Runs all works of a round at once; the scheduler says whose step comes next. */
async function together(world: World, round: readonly Work[], scheduler: fc.Scheduler): Promise<void> {
  const step = (diesAt: number | undefined) => {
    let steps = 0;
    return async (what: string): Promise<void> => {
      await scheduler.schedule(Promise.resolve(), what);
      if (steps === diesAt) throw new Error("the process died");
      steps += 1;
    };
  };
  let waited = 0;
  const waiting: readonly Message[] = [...world.queue];
  const doing = round.map(async ({ kind, which, clockOffset, diesAt }) => {
    const options = { clockOffset: clockOffset * 1000, step: step(diesAt) };
    if (kind === "tick") await world.tick(options);
    else if (kind === "deliver") await world.deliver(waiting[which % Math.max(1, waiting.length)], options);
    else if (kind === "steer") {
      const name = names[which % names.length];
      await world.inProcess(() => world.steer(`/jobs/${name}/${actions[which % actions.length]}`), options);
    } else {
      await scheduler.schedule(Promise.resolve(), "wait");
      const minutes = Math.min((which % 3) + 1, longestTogether - waited);
      waited += minutes;
      world.now += minutes * minute;
    }
  });
  await scheduler.waitFor(Promise.allSettled(doing));
}

/** Everything answers again: what is owed is done, what died is over. */
async function settle(world: World): Promise<void> {
  for (const name of names) await world.steer(`/jobs/${name}/resume`);
  await world.drain();
  await world.pass(25);
}

interface Told {
  readonly jobs: readonly Job[];
  readonly rows: ReadonlyMap<string, readonly Run[]>;
}

async function tell(world: World): Promise<Told> {
  const jobs = await world.jobs(readJobs);
  const rows = await Promise.all(jobs.map(async ({ name }) => [name, await world.rows(name)] as const));
  return { jobs, rows: new Map(rows) };
}

async function live(script: readonly (readonly Work[])[], scheduler: fc.Scheduler): Promise<World> {
  const world = new World(crontab, start);
  const once = { at: iso(start + 3 * minute), command: "probe-uptime https://once.example/" };
  await world.stores.crontabs.put("at/one.json", Buffer.from(JSON.stringify(once)), {});
  const running = new Map<string, number>();
  world.answer = async (url) => {
    const count = (running.get(url) ?? 0) + 1;
    running.set(url, count);
    world.together = Math.max(world.together, url.includes("replace") ? 0 : count);
    await scheduler.schedule(Promise.resolve(), "answer");
    running.set(url, (running.get(url) ?? 1) - 1);
    return 200;
  };
  for (const round of script) await together(world, round, scheduler);
  world.answer = async () => 200;
  await settle(world);
  return world;
}

describe("with two schedulers, duplicates, reordering and deaths at every step", () => {
  it("every due time has exactly one row, which ends, and at most one effective run", async () => {
    const seen = new Map<Run["status"], number>();
    const property = fc.asyncProperty(rounds, fc.scheduler(), async (script, scheduler) => {
      const world = await live(script, scheduler);
      const { jobs, rows } = await tell(world);
      for (const { name, when } of jobs) {
        const written = rows.get(name) ?? [];
        for (const { status } of written) seen.set(status, (seen.get(status) ?? 0) + 1);
        expect(written.filter(({ status }) => !isFinal(status))).toEqual([]);

        const { plannedUntil = start } = (await world.state(name)) ?? {};
        const due = "at" in when ? [] : [...dueBetween(when, start, plannedUntil)].map(iso);
        const covering = due.map(
          (at) =>
            written.filter(
              (row) => row.due === at || (row.gap !== undefined && row.gap.first <= at && at <= row.due),
            ).length,
        );
        expect(covering, name).toEqual(due.map(() => 1));

        for (const row of written) {
          const effects = world.effects.filter((effect) => effect === `${name}@${row.due}`).length;
          const most = ["missed", "paused", "skipped"].includes(row.status) ? 0 : 1;
          expect(effects, `${name} ${row.due} ${row.status}`).toBeLessThanOrEqual(most);
          if (row.status === "ok") expect(effects).toBe(1);
          if (row.gap !== undefined)
            expect(due.filter((at) => row.gap && row.gap.first <= at && at <= row.due)).toHaveLength(
              row.gap.count,
            );
        }
      }
      const once = await world.rows("at-one");
      expect(once).toMatchObject([
        { due: iso(start + 3 * minute), status: expect.stringMatching(/^(ok|interrupted)$/) },
      ]);
      expect(new Set(world.effects).size).toBe(world.effects.length);
      expect(world.together).toBeLessThanOrEqual(1);
    });
    await fc.assert(property, { numRuns: 100 });
    // The script reaches what it is about.
    for (const status of ["ok", "skipped", "missed", "paused", "replaced", "interrupted"] as const)
      expect(seen.get(status) ?? 0, status).toBeGreaterThan(0);
  }, 300_000);
});

describe("a process that dies", () => {
  /** How many steps a tick and a run take when nothing dies. */
  async function steps(work: "tick" | "deliver"): Promise<number> {
    const world = new World(crontab, start);
    world.now += minute;
    if (work === "deliver") await world.tick();
    let count = 0;
    const step = (): void => {
      count += 1;
    };
    if (work === "tick") await world.tick({ step });
    else await world.deliver(world.queue[0], { step });
    return count;
  }

  it.each(["tick", "deliver"] as const)(
    "at any step of a %s loses no due time and repeats no run",
    async (work) => {
      const most = await steps(work);
      expect(most).toBeGreaterThan(10);
      for (let diesAt = 0; diesAt < most; diesAt += 1) {
        const world = new World(crontab, start);
        world.now += minute;
        if (work === "deliver") await world.tick();
        let count = 0;
        const step = (): void => {
          count += 1;
          if (count > diesAt) throw new Error("the process died");
        };
        if (work === "tick") await world.tick({ step });
        else await world.deliver(world.queue[0], { step });
        await settle(world);
        for (const name of names.filter((one) => one.includes("skip") || one.includes("queue"))) {
          const rows = await world.rows(name);
          expect(
            rows.filter(({ status }) => !isFinal(status)),
            `step ${diesAt}`,
          ).toEqual([]);
          expect(rows.length, `step ${diesAt}`).toBeGreaterThan(10);
        }
        expect(new Set(world.effects).size).toBe(world.effects.length);
      }
    },
    120_000,
  );
});
