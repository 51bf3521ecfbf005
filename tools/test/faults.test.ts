import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Fault } from "../faults/fault.ts";
import { faults } from "../faults/faults.ts";
import { toPage } from "../faults/page.ts";
import { root } from "../workspaces.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");
/** Any app can be deleted, and its faults with it. */
const isHere = ({ file }: Fault): boolean =>
  !file.startsWith("apps/") || existsSync(join(root, file.split("/").slice(0, 2).join("/")));

describe("the planted faults", () => {
  it.each(faults.filter(isHere))("have one place each, and tests that are there: $name", (fault) => {
    expect(read(fault.file).split(fault.find)).toHaveLength(2);
    expect(fault.tests.filter((test) => !existsSync(join(root, test)))).toEqual([]);
  });

  it("are ten and more of core, connectors and the local world", () => {
    const heart = faults.filter(({ file }) => /^packages\/(?:core|connectors|local)\//.test(file));
    expect(heart.length).toBeGreaterThanOrEqual(10);
  });

  it("have names that tell them apart", () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });

  it("are listed in docs/planted-faults.md, as `npm run faults -- --write` writes it", () => {
    expect(read("docs/planted-faults.md")).toBe(toPage(faults));
  });
});
