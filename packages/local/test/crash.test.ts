// Killed without warning: nothing that was acknowledged is lost, nothing is left half done, and the next start goes on.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeadLetterEntry } from "../src/control/api.ts";
import { makeRoot, startWorld, type TestWorld, until } from "./harness.ts";

let root: string;
let data: string;
let remove: () => Promise<void>;
let world: TestWorld | undefined;

beforeAll(async () => {
  ({ root, data, remove } = await makeRoot());
});

afterAll(async () => {
  await world?.stop();
  await remove();
}, 60_000);

const results = async (of: TestWorld): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const query = after === undefined ? "" : `&after=${encodeURIComponent(after)}`;
    const page = await of.control<{ objects: { key: string }[]; next?: string }>(
      "GET",
      `objects/probe/done?limit=500&prefix=batch/${query}`,
    );
    for (const { key } of page.objects) {
      const source = key.slice(0, key.lastIndexOf("/"));
      found.set(source, [...(found.get(source) ?? []), key]);
    }
    after = page.next;
  } while (after !== undefined);
  return found;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a host that is killed during a batch of uploads with duplicates", () => {
  it("has, after the next start, handled every upload it acknowledged, each to one result", async () => {
    world = await startWorld(root, data);
    await world.control("POST", "chaos", { duplicate: 0.2 });
    const acknowledged: string[] = [];
    const first = world;
    const uploads = Array.from({ length: 200 }, (_, index) => `batch/${String(index).padStart(3, "0")}.txt`);
    const upload = async (keys: readonly string[]): Promise<void> => {
      for (const key of keys) {
        try {
          await first.control("PUT", `objects/probe/inbox/${key}`, `content of ${key}`);
          acknowledged.push(key);
        } catch {
          return;
        }
        if (acknowledged.length === 120) void first.kill();
      }
    };
    await Promise.all([0, 1, 2, 3].map((lane) => upload(uploads.filter((_, index) => index % 4 === lane))));
    expect(acknowledged.length).toBeGreaterThanOrEqual(120);
    expect(acknowledged.length).toBeLessThan(200);

    world = await startWorld(root, data);
    const second = world;
    await second.control("POST", "chaos", { duplicate: 0.2 });
    for (const key of uploads.filter((one) => !acknowledged.includes(one))) {
      await second.control("PUT", `objects/probe/inbox/${key}`, `content of ${key}`);
    }
    const found = await until(
      "every result",
      async () => {
        const done = await results(second);
        return uploads.every((key) => done.has(key)) && done;
      },
      120,
    );
    // An upload that was not acknowledged may have been kept; it was repeated, which makes a second event of it.
    for (const key of acknowledged) expect(found.get(key)).toHaveLength(1);
    await until("an empty queue", async () => {
      const [app] = (await second.state()).apps;
      const depth = app?.functions.find(({ name }) => name === "file")?.deliveries;
      return depth !== undefined && depth.ready + depth.delayed + depth.inFlight === 0;
    });
    const seeded = await second.control<{ objects: unknown[] }>("GET", "objects/probe/done?prefix=nested/");
    expect(seeded.objects).toHaveLength(1);
    const { deadLetters } = await second.control<{ deadLetters: DeadLetterEntry[] }>("GET", "dead-letters");
    expect(deadLetters).toEqual([]);
  }, 240_000);

  it("keeps the journal it had written, and numbers on", async () => {
    const entries = await (world as TestWorld).entries();
    const sequences = entries.map(({ sequence }) => sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(entries.filter(({ title }) => title === "probe is ready").length).toBeGreaterThanOrEqual(2);
  });
});

describe("a host that is killed while a function never lets go of its process", () => {
  it("takes that process along", async () => {
    const rough = await makeRoot("rough");
    const host = await startWorld(rough.root, rough.data, ["rough"]);
    const { pid } = (await (await fetch(`${host.gateway}/rough/x`)).json()) as { pid: number };
    const holding = fetch(`${host.gateway}/rough/hold`, { method: "POST" }).catch(() => {});
    await until("the function to begin", async () => {
      const { lines } = await host.control<{ lines: { message: string }[] }>("GET", "logs?app=rough");
      return lines.some(({ message }) => message === "holding");
    });
    await host.kill();
    await holding;
    try {
      await until("the end of the process", async () => !isAlive(pid), 30);
    } finally {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
      await rough.remove();
    }
  }, 90_000);
});

describe("a second start on the same data", () => {
  it("is refused, and says who has it", async () => {
    await expect(startWorld(root, data)).rejects.toThrow(/in use|open|another/i);
    expect((await (world as TestWorld).state()).ready).toBe(true);
  }, 60_000);
});

describe("a changed source", () => {
  const file = (): string => join(root, "apps/probe/src/functions/sum.ts");

  it("replaces the process; a source that does not load is told, and the old one goes on answering", async () => {
    const running = world as TestWorld;
    const source = await readFile(file(), "utf8");
    const ask = async (): Promise<unknown> => (await fetch(`${running.gateway}/probe/sum/1/2`)).json();
    expect(await ask()).toBe(3);
    await writeFile(file(), source.replace("return json(", "return json(1000 + "));
    await until("the new code", async () => (await ask()) === 1003);
    await writeFile(file(), "export default 1 +;");
    const problem = await until("the problem", async () => {
      const [app] = (await running.state()).apps;
      return app?.state === "failed" && app.problem;
    });
    expect(problem).toMatch(/^SyntaxError: .*sum\.ts:1/);
    expect(await ask()).toBe(1003);
    await writeFile(file(), source);
    await until("the old code again", async () => (await ask()) === 3);
  }, 120_000);

  it("may add functions and take them away", async () => {
    const running = world as TestWorld;
    const added = join(root, "apps/probe/src/functions/added.ts");
    await writeFile(
      added,
      'import { defineFunction, http, json } from "@faasade/core";\nexport default defineFunction({ name: "added", trigger: http("GET /added", { auth: "public" }), handle: () => json("here") });\n',
    );
    await until(
      "the new function",
      async () => (await fetch(`${running.gateway}/probe/added`)).status === 200,
    );
    await rm(added);
    await until("its end", async () => (await fetch(`${running.gateway}/probe/added`)).status === 404);
  }, 120_000);
});

describe("crashes of an app's process", () => {
  // Each costs the start of a process.
  const [crash, count] = process.env["FAASADE_STRICT"] === "1" ? [0.1, 40] : [0.2, 12];

  it("on purpose, at every so many attempts, lose nothing", async () => {
    const running = world as TestWorld;
    await running.control("POST", "chaos", { crash, duplicate: 0.1 });
    const keys = Array.from({ length: count }, (_, index) => `batch/crash-${index}.txt`);
    for (const key of keys) await running.control("PUT", `objects/probe/inbox/${key}`, key);
    await until(
      "every result",
      async () => {
        const done = await results(running);
        return keys.every((key) => done.has(key));
      },
      150,
    );
    await running.control("POST", "chaos", { crash: 0, duplicate: 0 });
  }, 200_000);
});
