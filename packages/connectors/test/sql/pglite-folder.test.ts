// PGlite in a folder: one process at a time, and nothing that was acknowledged is lost when that one is killed.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqlQueue } from "../../src/queue/sql.ts";
import { open } from "../../src/sql/pglite.ts";

let home: string;
let folder: string;
let url: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "faasade-pglite-"));
  folder = join(home, "new", "ledger");
  url = pathToFileURL(folder).href.replace("file:", "pglite:");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Starts the child and reads its lines; the first says that it has the database open. */
async function startChild(): Promise<{
  child: ChildProcess;
  acknowledged: string[];
  exited: Promise<unknown>;
}> {
  const script = fileURLToPath(new URL("./pglite-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const acknowledged: string[] = [];
  const started = Promise.withResolvers<void>();
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (line === "open") started.resolve();
    else acknowledged.push(line);
  });
  void exited.then(() => started.reject(new Error("the child ended before it was open")));
  await started.promise;
  return { child, acknowledged, exited };
}

async function messagesIn(): Promise<string[]> {
  const driver = await open(url);
  try {
    const received = await sqlQueue(driver, { name: "durable" }).receive({
      max: 100_000,
      visibilitySeconds: 1,
    });
    return received.map(({ id, body }) => {
      expect(new TextDecoder().decode(body)).toBe(id);
      return id;
    });
  } finally {
    await driver.close();
  }
}

describe("pglite in a folder", () => {
  it("takes no more of memory and disk than a laptop needs: small buffers, and no template of further databases", async () => {
    const driver = await open(url);
    const query = "select datname as name, current_setting('shared_buffers') as buffers from pg_database";
    const { rows } = await driver.transaction((session) => session.query(query));
    expect(rows).toEqual([{ name: "postgres", buffers: "32MB" }]);
    await driver.close();
  });

  it("has every message that a sender was told of before it was killed", async () => {
    const { child, acknowledged, exited } = await startChild();
    await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(30);
    child.kill("SIGKILL");
    await exited;
    const stored = await messagesIn();
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    expect(stored.length - acknowledged.length).toBeLessThanOrEqual(1);
  }, 120_000);

  it("is refused to a second process, which is told who has it, and free when that one dies", async () => {
    const { child, exited } = await startChild();
    await expect(open(url)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`process ${child.pid} has it`),
    });
    child.kill("SIGKILL");
    await exited;
    const driver = await open(url);
    await driver.close();
    expect(readdirSync(join(home, "new"))).toEqual(["ledger"]);
  }, 120_000);

  it("is refused to the same process, until it closes", async () => {
    const first = await open(url);
    await expect(open(url)).rejects.toThrow(`this process (${process.pid})`);
    await first.close();
    const second = await open(url);
    await second.close();
    await expect(second.execute("select 1")).rejects.toMatchObject({ code: "unavailable" });
  }, 120_000);

  it("waits for transactions under way when it closes", async () => {
    const driver = await open(url);
    await driver.execute("create table t (n int)");
    const writing = driver.transaction(async (session) => {
      await session.query("insert into t values (1)");
      await new Promise((resolve) => setTimeout(resolve, 50));
      await session.query("insert into t values (2)");
    });
    await Promise.all([driver.close(), writing]);
    const again = await open(url);
    expect((await again.transaction((session) => session.query("select n from t"))).count).toBe(2);
    await again.close();
  }, 120_000);

  it("is made anew when a process died while it made it", async () => {
    mkdirSync(`${folder}.new`, { recursive: true });
    writeFileSync(join(`${folder}.new`, "PG_VERSION"), "18");
    const driver = await open(url);
    await driver.execute("select 1");
    await driver.close();
    expect(existsSync(`${folder}.new`)).toBe(false);
  }, 120_000);

  it("takes no URL that is not absolute", async () => {
    await expect(open("pglite://ledger")).rejects.toThrow("pglite:///absolute/folder");
    await expect(open("postgres://x/y")).rejects.toThrow("pglite:///absolute/folder");
  });
});
