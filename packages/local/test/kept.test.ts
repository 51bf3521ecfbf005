// What is meant for functions that do not load, went, or were renamed is kept, and so is what waits when the clock goes back.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deadLetterEntries } from "../src/control/dead-letters.ts";
import { moveClock } from "../src/control/operate.ts";
import { sendMessage } from "../src/control/send.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

const see = (name: string, works = true): string => `
import { objectStore } from "@faasade/connectors/object-store";
import { defineFunction, FunctionError, objectCreated } from "@faasade/core";
${works ? "" : "export default 1 +;"}
export default defineFunction({
  name: "${name}",
  trigger: objectCreated(objectStore("probe/done")),
  async handle({ data: { key } }, { log }) {
    if (key.startsWith("bad")) throw new FunctionError("unprocessable", "No.");
    log.info("saw " + key);
  },
});
`;
let place: Awaited<ReturnType<typeof makeRoot>>;
let world: World;
const start = async (): Promise<void> => {
  world = await World.start({ home: homeAt(place.root, { FAASADE_DATA: place.data }) });
};
const file = (name: string): string => join(place.root, "apps/other/src/functions", `${name}.ts`);
const put = async (key: string): Promise<unknown> => (await world.stores.open("probe", "done")).put(key, "x");
const saw = (key: string): boolean =>
  world.logs.lines("other", 200).some(({ message }) => message === `saw ${key}`);
const state = (): string | undefined => world.apps.get("other")?.state;

beforeAll(async () => {
  place = await makeRoot();
  await mkdir(join(place.root, "apps/other/src/functions"), { recursive: true });
  await writeFile(join(place.root, "apps/other/package.json"), '{"type":"module"}');
  await writeFile(file("see"), see("see"));
  await start();
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await place?.remove();
}, 60_000);

describe("an app", { timeout: 120_000 }, () => {
  it("that does not load at the start is sent what it had subscribed to, when it is mended", async () => {
    await put("first");
    await until("the first", async () => saw("first"));
    await world.stop();
    await writeFile(file("see"), see("see", false));
    await start();
    expect(state()).toBe("failed");
    await put("meanwhile");
    await until("the change to be taken", async () => {
      const name = world.queues.deliveriesOf("other/see");
      return (await world.queues.get(name).depth()).ready === 1;
    });
    await writeFile(file("see"), see("see"));
    await until("what came meanwhile", async () => saw("meanwhile"));
  });

  it("whose function was renamed still shows its dead letters after the next start", async () => {
    await put("bad");
    const letters = async () => (await deadLetterEntries(world, undefined, 100)).map(({ queue }) => queue);
    await until("the dead letter", async () => (await letters()).length === 1);
    await world.stop();
    await rename(file("see"), file("look"));
    await writeFile(file("look"), see("look"));
    for (const _ of ["known by what was subscribed to", "by what is kept alone"]) {
      await start();
      expect(await letters()).toEqual(["other/see"]);
      await world.stop();
    }
    await start();
  });
});

describe("a function", { timeout: 60_000 }, () => {
  it("that writes to the store that starts it, by another name, does not start", async () => {
    const loops = see("look")
      .replace('objectStore("probe/done")', 'objectStore("own")')
      .replace("objectCreated }", "objectCreated, write }")
      .replace("async handle", 'uses: { own: write(objectStore("other/own")) },\n  async handle');
    await writeFile(file("look"), loops);
    await until("the refusal", async () => state() === "failed");
    expect(world.apps.get("other")?.problem).toMatch(
      /^Cannot start look: it is started by other\/own and writes to it, which would loop/,
    );
  });
});

describe("a clock that goes back", () => {
  it("leaves ready what was, and late what was to be late", async () => {
    const queue = world.queues.get("probe/jobs");
    await moveClock(world, { advanceSeconds: 10 * 86_400 });
    // Nobody takes anything meanwhile.
    await world.wirings.of("probe").stop();
    await sendMessage(world, "jobs", { name: "ready" }, { delaySeconds: 0, unchecked: false });
    await sendMessage(world, "jobs", { name: "late" }, { delaySeconds: 3600, unchecked: false });
    await moveClock(world, { reset: true });
    expect(await queue.depth()).toMatchObject({ ready: 1, delayed: 1 });
  }, 60_000);
});
