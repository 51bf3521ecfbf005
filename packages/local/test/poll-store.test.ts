import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open as openStore } from "@faasade/connectors/object-store/file";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WorldClock } from "../src/clock.ts";
import { Causes } from "../src/data/causes.ts";
import { Journal } from "../src/data/journal.ts";
import { Queues } from "../src/data/queues.ts";
import { Intake } from "../src/events/intake.ts";
import type { ObjectSubscriber } from "../src/events/objects.ts";
import { pollStore } from "../src/events/poll-store.ts";
import { until } from "./harness.ts";
import { useWorldDatabase } from "./world-database.ts";

const world = useWorldDatabase();
let runs = 0;

const changes = fc.array(
  fc.record({ key: fc.constantFrom("a", "b/c", "b/ä", "d", "e", "f", "g"), content: fc.option(fc.string()) }),
  { minLength: 1, maxLength: 12 },
);

describe("a store on an engine", () => {
  it("is followed to its last state, however its list is cut into pages", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(changes, changes, fc.integer({ min: 1, max: 4 }), async (before, after, pageSize) => {
        runs += 1;
        const clock = new WorldClock();
        let time = 1_800_000_000_000;
        const url = pathToFileURL(join(world.folder, `store-${runs}`)).href;
        const store = await openStore(url, { clock: { now: () => (time += 1000) } });
        const apply = async (some: typeof before) => {
          for (const { key, content } of some)
            await (content === null ? store.delete(key) : store.put(key, Buffer.from(content), {}));
        };
        const queues = new Queues(world.sql, clock);
        const intake = new Intake(world.sql, await Journal.open(world.sql, clock), new Causes(), () =>
          clock.now(),
        );
        const names = ["created", "removed"] as const;
        const queue = (change: string) => queues.get(`store-${runs}-${change}`);
        const subscribers = names.map((change) => ({
          app: "app",
          functionName: change,
          queue: queue(change),
          trigger: { kind: "object", store: `s${runs}`, change } as ObjectSubscriber["trigger"],
        }));
        const known = new Map<string, string>();
        // What the events say, taken one after the other, is what is there.
        const follow = async () => {
          for (const change of names.toReversed())
            for (const { receipt, body } of await queue(change).receive({
              max: 100,
              visibilitySeconds: 60,
            })) {
              const { data } = JSON.parse(Buffer.from(body).toString()) as {
                data: { key: string; etag?: string };
              };
              if (change === "removed") known.delete(data.key);
              else known.set(data.key, data.etag ?? "");
              await queue(change).acknowledge([receipt]);
            }
          const { objects } = await store.list({ prefix: "", limit: 1000 });
          const wanted = new Map(objects.map(({ key, etag }) => [key, etag]));
          return known.size === wanted.size && [...wanted].every(([key, etag]) => known.get(key) === etag);
        };
        const problems: Error[] = [];
        for (const some of [before, after]) {
          const stop = new AbortController();
          await apply(some);
          const polling = pollStore({
            app: "app",
            store: `s${runs}`,
            place: url,
            intake,
            sql: world.sql,
            pageSize,
            driver: async () => store,
            subscribers: () => subscribers,
            signal: stop.signal,
            onChange: () => {},
            onError: (error) => problems.push(error),
          });
          await until("the same state", follow, 20);
          stop.abort();
          await polling;
        }
        await store.close();
        expect(problems).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});
