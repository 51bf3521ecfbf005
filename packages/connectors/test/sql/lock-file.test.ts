// The lock of a data folder: one holder, whoever dies in whatever moment.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFile } from "../../src/sql/lock-file.ts";

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "faasade-lock-"));
  path = join(home, "data.lock");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

describe("a lock file", () => {
  it("is refused while its holder lives, naming it, and free once given back", async () => {
    const unlock = await lockFile(path);
    await expect(lockFile(path)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(path),
    });
    unlock();
    expect(existsSync(path)).toBe(false);
    (await lockFile(path))();
  });

  it("is taken over from a process that died", async () => {
    writeFileSync(path, JSON.stringify({ pid: deadPid(), token: "old" }));
    const unlock = await lockFile(path);
    expect(readFileSync(path, "utf8")).toContain(`"pid":${process.pid}`);
    unlock();
    expect(readdirSync(home)).toEqual([]);
  });

  it("is taken over from a process whose number another one has now", async () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, started: "in another life", token: "old" }));
    (await lockFile(path))();
  });

  it("is taken over from a process that died while it wrote the lock", async () => {
    writeFileSync(path, "");
    (await lockFile(path))();
  });

  it("is taken over from a process that died while it took it over", async () => {
    writeFileSync(path, JSON.stringify({ pid: deadPid(), token: "old" }));
    writeFileSync(`${path}.old`, JSON.stringify({ pid: deadPid(), token: "older" }));
    (await lockFile(path))();
    expect(readdirSync(home)).toEqual([]);
  });

  it("is not removed by a former holder", async () => {
    const unlock = await lockFile(path);
    writeFileSync(path, JSON.stringify({ pid: process.pid, token: "somebody else" }));
    unlock();
    expect(existsSync(path)).toBe(true);
  });

  it("has one holder at a time when many processes take it over at once", async () => {
    writeFileSync(path, JSON.stringify({ pid: deadPid(), token: "old" }));
    const log = join(home, "log");
    const script = fileURLToPath(new URL("./lock-child.ts", import.meta.url));
    await Promise.all(
      Array.from({ length: 5 }, () => {
        const child = spawn(process.execPath, [script, path, log], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        return new Promise((resolve) => child.once("exit", resolve));
      }),
    );
    const lines = readFileSync(log, "utf8").trim().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (let place = 0; place < lines.length; place += 2) {
      expect([lines[place], lines[place + 1]]).toEqual([lines[place], lines[place]?.replace("+", "-")]);
    }
  }, 120_000);
});
