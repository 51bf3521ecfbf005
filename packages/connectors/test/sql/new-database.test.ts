// New databases: made once, copied from then on, and made anew when what is kept cannot be used.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { forgetNew, placeNew } from "../../src/sql/new-database.ts";

let home: string;
let made: number;
let kept: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "faasade-new-"));
  kept = join(home, "cache", "kept");
  made = 0;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const make = async (folder: string): Promise<void> => {
  made += 1;
  mkdirSync(join(folder, "deep"), { recursive: true });
  writeFileSync(join(folder, "PG_VERSION"), "18");
  writeFileSync(join(folder, "deep", "rows"), `made ${made}`);
};
const place = async (name: string): Promise<string> => {
  await placeNew(join(home, name), make, Promise.resolve(kept));
  return readFileSync(join(home, name, "deep", "rows"), "utf8");
};

it("are copied from the first, which what is done to them does not change", async () => {
  expect(await place("a")).toBe("made 1");
  writeFileSync(join(home, "a", "deep", "rows"), "changed");
  expect(await place("b")).toBe("made 1");
  expect(made).toBe(1);
});

it("are whole, however many are made at once", async () => {
  const rows = await Promise.all(["a", "b", "c"].map(place));
  for (const row of rows) expect(row).toMatch(/^made \d$/);
  expect(readdirSync(join(home, "cache"))).toEqual(["kept"]);
  expect(await place("d")).toMatch(/^made \d$/);
});

it("are made where a process died while it copied or made one", async () => {
  await make(join(home, "a.new"));
  writeFileSync(join(home, "a.new", "deep", "half"), "of the one that died");
  mkdirSync(join(home, "cache"));
  await make(`${kept}-1-2`);
  expect(await place("a")).toBe("made 3");
  expect(readdirSync(join(home, "a", "deep"))).toEqual(["rows"]);
  expect(existsSync(join(home, "a.new"))).toBe(false);
});

it("are made anew once one that was copied could not be used", async () => {
  await place("a");
  writeFileSync(join(kept, "deep", "rows"), "spoiled");
  expect(await place("b")).toBe("spoiled");
  await forgetNew(join(home, "b"), Promise.resolve(kept));
  expect(await place("b")).toBe("made 2");
  expect(await place("c")).toBe("made 2");
});

it("are made each time where nothing can be kept", async () => {
  writeFileSync(join(home, "cache"), "a file where the folder would be");
  expect([await place("a"), await place("b")]).toEqual(["made 1", "made 2"]);
  await placeNew(join(home, "c"), make, Promise.resolve(undefined));
  expect(made).toBe(3);
});
