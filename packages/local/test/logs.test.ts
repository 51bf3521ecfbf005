// What apps said: kept on the disk, and shown without one.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Logs } from "../src/data/logs.ts";

describe("the logs", () => {
  it("that no disk takes end nothing: the newest can still be read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-logs-"));
    await writeFile(join(folder, "file"), "");
    const logs = new Logs(join(folder, "file", "logs"));
    logs.output("a", "still here", Date.now());
    await logs.close();
    expect(logs.lines("a", 1)).toMatchObject([{ message: "still here" }]);
    await logs.open();
    expect(logs.lines("a", 9)).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it("of earlier worlds can still be read, the newest of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-logs-"));
    const before = new Logs(folder);
    for (const line of ["one", "two"]) before.output("a", line, Date.now());
    await before.close();
    await writeFile(join(folder, "2000-01-01.ndjson"), "no JSON\n");
    const logs = new Logs(folder);
    await logs.open();
    logs.output("a", "three", Date.now());
    expect(logs.lines("a", 9).map(({ message }) => message)).toEqual(["one", "two", "three"]);
    await logs.close();
    await rm(folder, { recursive: true });
  });
});
