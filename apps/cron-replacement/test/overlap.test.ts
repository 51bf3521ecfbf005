// What becomes of a due time while the run before it has not ended.
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const probe = "probe-uptime https://well.example/";
const minute = 60_000;

/** A crontab of one line, under some variables. */
function crontab(line: string, variables: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return `${set.join("")}${line} ${probe}\n`;
}

describe("a run that takes longer than its interval", () => {
  /** The first run goes on from 12:00 until it is let go; two more due times come meanwhile. */
  async function long(overlap: string): Promise<{ world: World; end: () => Promise<unknown> }> {
    const world = new World(crontab("* * * * *", { OVERLAP: overlap }), "2027-05-01T11:59:30Z");
    const gate = Promise.withResolvers<number>();
    world.answer = async () => gate.promise;
    world.now += minute;
    await world.tick();
    const running = world.deliver();
    await expect.poll(() => world.effects.length).toBe(1);
    world.answer = async () => 200;
    for (let minutes = 0; minutes < 2; minutes += 1) {
      world.now += minute;
      await world.tick();
      for (const message of world.queue.slice(1)) await world.deliver(message);
    }
    const end = (): Promise<unknown> => {
      gate.resolve(200);
      return running;
    };
    return { world, end };
  }
  const at = (time: string) => `2027-05-01T${time}`;

  it("skip: what is due meanwhile is not run, and the ledger says why", async () => {
    const { world, end } = await long("skip");
    await end();
    expect(await world.outcomes("probe-uptime")).toEqual([
      at("12:00 ok"),
      at("12:01 skipped"),
      at("12:02 skipped"),
    ]);
    const [, skipped] = await world.rows("probe-uptime");
    expect(skipped?.reason).toBe("the run due at 2027-05-01T12:00:00.000Z has not ended");
  });

  it("queue: it waits and runs in order, as soon as the one before has ended", async () => {
    const { world, end } = await long("queue");
    expect(await world.outcomes("probe-uptime")).toEqual([
      at("12:00 started"),
      at("12:01 due"),
      at("12:02 due"),
    ]);
    await end();
    await world.drain();
    expect(await world.outcomes("probe-uptime")).toEqual([at("12:00 ok"), at("12:01 ok"), at("12:02 ok")]);
  });

  it("replace: the newest takes the place of what runs and of what waits", async () => {
    const { world, end } = await long("replace");
    expect(await world.outcomes("probe-uptime")).toEqual([
      at("12:00 replaced"),
      at("12:01 ok"),
      at("12:02 ok"),
    ]);
    await end();
    const [first] = await world.rows("probe-uptime");
    expect(first).toMatchObject({ status: "replaced", reason: expect.stringContaining("took its place") });
  });
});
