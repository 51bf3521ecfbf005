// What holds whatever the platform does: deliver twice, late, in another order, at once, or die in between.
import { AsyncLocalStorage } from "node:async_hooks";
import { defineFunction, objectCreated, readWrite } from "@faasade/core";
import { describeFunction } from "@faasade/core/adapter";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import makeRenditions from "../src/functions/make-renditions.ts";
import { photos } from "../src/resources/photos.ts";
import { plain } from "./pictures.ts";
import { type Change, World } from "./world.ts";

const settings = { PRESETS: '[{"name":"tiny","width":8,"height":8,"fit":"cover","formats":["png","webp"]}]' };

let versions: readonly Uint8Array[];
beforeAll(async () => {
  const good = await Promise.all(["red", "green", "blue"].map((colour) => plain(12, 10, colour)));
  versions = [...good, Buffer.from("no picture")];
});

/** Throws at the nth call to a store, and at all that follow, as if the process had died there. */
function dyingAt(nth: number): () => void {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls >= nth) throw new Error("the process died");
  };
}

async function expectWholeManifests(world: World, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    for (const made of (await world.manifest(key))?.renditions ?? []) {
      expect(await world.made(made.key), `${key} names ${made.key}`).toBeDefined();
    }
  }
}

async function cleanState(photos: ReadonlyMap<string, number>): Promise<Record<string, string>> {
  await using world = await World.open(settings);
  for (const [key, version] of photos) await world.put(key, versions[version]!);
  await world.settle();
  return world.state();
}

const gone = -1;

function act(world: World, version: number): Promise<void> {
  const bytes = versions[version];
  return bytes === undefined ? world.remove("a.png") : world.put("a.png", bytes);
}

type Story = (world: World) => Promise<void>;
const stories: readonly (readonly [
  name: string,
  story: Story,
  left: readonly (readonly [string, number])[],
])[] = [
  ["a new photo", (world) => world.put("a.png", versions[0]!), [["a.png", 0]]],
  ["a photo that cannot be converted", (world) => world.put("a.png", versions[3]!), [["a.png", 3]]],
  [
    "a replaced photo",
    async (world) => {
      await world.put("a.png", versions[0]!);
      await world.settle();
      await world.put("a.png", versions[1]!);
    },
    [["a.png", 1]],
  ],
  [
    "a photo replaced by a broken one",
    async (world) => {
      await world.put("a.png", versions[0]!);
      await world.settle();
      await world.put("a.png", versions[3]!);
    },
    [["a.png", 3]],
  ],
  [
    "a removed photo",
    async (world) => {
      await world.put("a.png", versions[0]!);
      await world.settle();
      await world.remove("a.png");
    },
    [],
  ],
];

describe("the renditions of a photo", () => {
  it.each(stories)("are those of a clean run after a death at any step: %s", async (_, story, left) => {
    const clean = await cleanState(new Map(left));
    let deaths = 0;
    for (let nth = 1; ; nth += 1) {
      await using world = await World.open(settings);
      await story(world);
      const [change] = world.changes.splice(0) as [Change];
      world.step = dyingAt(nth);
      const error = await world.deliver(change);
      world.step = () => {};
      await expectWholeManifests(world, ["a.png"]);
      const died = error?.message.includes("the process died") === true;
      if (died) {
        deaths += 1;
        expect(error?.redeliver).toBe(true);
        await world.deliver(change);
      }
      expect(await world.state()).toEqual(clean);
      if (!died) break;
    }
    expect(deaths).toBeGreaterThan(4);
  });

  it.each([
    ["replaced", [0, 1]],
    ["replaced by a broken one", [0, 3]],
    ["mended", [3, 0]],
    ["removed", [0, gone]],
    ["removed and stored again", [0, gone, 1]],
  ])("are those of a clean run when an older event is overtaken at any step: %s", async (_, history) => {
    const last = history.at(-1) as number;
    const clean = await cleanState(new Map(last === gone ? [] : [["a.png", last]]));
    // The event before the last one waits at its nth call until all later ones are through.
    for (let nth = 1; ; nth += 1) {
      await using world = await World.open(settings);
      const late = new AsyncLocalStorage<true>();
      let calls = 0;
      let overtaken = false;
      world.step = async () => {
        if (late.getStore() === undefined || ++calls !== nth) return;
        overtaken = true;
        await late.exit(() => act(world, last).then(() => world.settle()));
      };
      for (const version of history.slice(0, -1)) await act(world, version);
      const changes = world.changes.splice(0);
      const [delayed] = changes.splice(-1) as [Change];
      for (const change of changes) await world.deliver(change);
      await late.run(true, () => world.deliver(delayed));
      if (!overtaken) break;
      await expectWholeManifests(world, ["a.png"]);
      expect(await world.state(), `overtaken at call ${nth}`).toEqual(clean);
    }
  });

  it("are those of a clean run under duplicates, reordering, concurrency and deaths", async () => {
    const action = fc.record({
      key: fc.constantFrom("a.png", "b/c.png"),
      // The last one removes the photo.
      version: fc.integer({ min: 0, max: 4 }),
      copies: fc.array(fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 2 }), {
        minLength: 1,
        maxLength: 2,
      }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 5 }),
        fc.scheduler(),
        async (actions, scheduler) => {
          await using world = await World.open(settings);
          const mortality = new AsyncLocalStorage<() => void>();
          world.step = async (store, call) => {
            const die = mortality.getStore();
            await scheduler.schedule(Promise.resolve(), `${store}.${call}`);
            die?.();
          };
          const left = new Map<string, number>();
          const deliveries: Promise<void>[] = [];
          const deliver = async (change: Change, deaths: readonly number[]) => {
            for (const nth of deaths) await mortality.run(dyingAt(nth), () => world.deliver(change));
            while ((await world.deliver(change))?.redeliver === true);
          };
          const act = async () => {
            for (const { key, version, copies } of actions) {
              await scheduler.schedule(Promise.resolve(), `change ${key}`);
              const bytes = versions[version];
              if (bytes === undefined) {
                await world.remove(key);
                left.delete(key);
              } else {
                await world.put(key, bytes);
                left.set(key, version);
              }
              const [change] = world.changes.splice(0) as [Change];
              for (const deaths of copies) deliveries.push(deliver(change, deaths));
            }
          };
          await scheduler.waitFor(act());
          await scheduler.waitFor(Promise.all(deliveries));
          await expectWholeManifests(world, [...left.keys()]);
          expect(await world.state()).toEqual(await cleanState(left));
        },
      ),
      { numRuns: 30 },
    );
  }, 120_000);

  it("cost no second decoding when an event comes twice", async () => {
    await using world = await World.open(settings);
    await world.put("a.png", versions[0]!);
    const [change] = world.changes as [Change];
    await world.settle();
    const puts: string[] = [];
    world.step = (_, call) => {
      if (call === "put") puts.push(call);
    };
    await world.deliver(change);
    expect(puts).toEqual([]);
  });

  it("are made again where some were lost, or where the presets changed", async () => {
    await using world = await World.open({ ...settings });
    const [made] = (await world.convert("a.png", versions[0]!)).renditions;
    await world.renditions.delete(made!.key);
    await world.convert("a.png", versions[0]!);
    expect(await world.made(made!.key)).toBeDefined();
  });
});

describe("make-renditions and the store it watches", () => {
  it("cannot loop: it may only read what starts it, and no such function can be defined", () => {
    const grants = describeFunction(makeRenditions as never).grants.filter(({ name }) => name === "photos");
    expect(grants.map(({ access }) => access).sort()).toEqual(["read", "trigger"]);
    expect(() =>
      defineFunction({
        name: "loop",
        trigger: objectCreated(photos),
        uses: { photos: readWrite(photos) },
        handle() {},
      }),
    ).toThrow("which would loop");
  });
});
