// Sources are seen to change however an editor writes them, again and again.
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchSources } from "../src/app/watch.ts";
import { until } from "./harness.ts";

let folder: string;
let stop: () => void;
let changes = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-watch-"));
  await mkdir(join(folder, "functions"));
  await writeFile(join(folder, "functions/greet.ts"), "1");
  stop = watchSources({ folders: [folder, join(folder, "absent")] }, async () => {
    changes += 1;
  });
});

afterAll(async () => {
  stop();
  await rm(folder, { recursive: true, force: true });
});

/** Does something, and waits until it was seen. */
async function seen(what: string, act: () => Promise<unknown>): Promise<void> {
  const before = changes;
  await act();
  await until(what, async () => changes > before);
  // Let the burst end, so that the next change is its own.
  await delay(200);
}

const saveByRename = async (text: string): Promise<void> => {
  const draft = join(folder, "functions/greet.ts.new");
  await writeFile(draft, text);
  await rename(draft, join(folder, "functions/greet.ts"));
};

describe("watched sources", { timeout: 120_000 }, () => {
  it("are seen to change in place, and by a rename over them, every time", async () => {
    await seen("a change in place", () => appendFile(join(folder, "functions/greet.ts"), "2"));
    for (const text of ["3", "4", "5"]) await seen(`rename ${text}`, () => saveByRename(text));
    await seen("a change in place after a rename", () => appendFile(join(folder, "functions/greet.ts"), "6"));
  });

  it("may be added and removed, folders included", async () => {
    await seen("a new folder", () => mkdir(join(folder, "logic")));
    await seen("a file in the new folder", () => writeFile(join(folder, "logic/sum.ts"), "1"));
    await seen("its removal", () => rm(join(folder, "logic"), { recursive: true }));
  });

  it("are not those of other kinds", async () => {
    // Where nothing else happened, of which word may still come.
    const quiet = await mkdtemp(join(tmpdir(), "faasade-watch-"));
    let seenThere = 0;
    const stopThere = watchSources({ folders: [quiet] }, async () => {
      seenThere += 1;
    });
    await writeFile(join(quiet, ".greet.ts.swp"), "x");
    await delay(500);
    stopThere();
    await rm(quiet, { recursive: true });
    expect(seenThere).toBe(0);
  });
});
