// What the pipe must bear: processes that die, hang or have no business here.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { SqlDriver } from "@faasade/connectors/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNewDatabase } from "../../../../tools/new-database.ts";
import { open } from "../../src/sql/pipe.ts";
import { type SqlPipe, serveSql } from "../../src/sql/serve.ts";

let folder: string;
let database: SqlDriver;
let pipe: SqlPipe;
let url: string;
let address: string;
const committed: string[] = [];
const opened: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-pipe-"));
  database = await openNewDatabase(join(folder, "database"));
  await database.execute("create table notes (text text)");
  const windows = process.platform === "win32";
  address = windows ? `\\\\.\\pipe\\faasade-faults-${process.pid}` : join(folder, "sql.sock");
  const openDatabase = async (name: string) => {
    opened.push(name);
    return { driver: database };
  };
  pipe = await serveSql(openDatabase, address, {
    token: "right",
    onCommit: (name) => committed.push(name),
  });
  url = `pipe:${address}?database=app%2Fnotes`;
  process.env["FAASADE_PIPE_TOKEN"] = "right";
}, 120_000);

afterAll(async () => {
  await pipe.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const notes = async (): Promise<unknown[]> => {
  const { rows } = await database.transaction((session) =>
    session.query<{ text: string }>("select text from notes order by text"),
  );
  return rows.map(({ text }) => text);
};

describe("the pipe", () => {
  it("refuses a process that does not know the start's token", async () => {
    process.env["FAASADE_PIPE_TOKEN"] = "wrong";
    await expect(open(url)).rejects.toMatchObject({ code: "unauthenticated" });
    process.env["FAASADE_PIPE_TOKEN"] = "right";
  });

  it("reads no more than a greeting of who has not given the token", async () => {
    const heard = async (bytes: Buffer) => {
      const socket = connect(address);
      socket.write(bytes);
      const chunks: Buffer[] = await socket.toArray();
      return Buffer.concat(chunks).toString();
    };
    const framed = (body: Buffer, length = body.length) => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(length);
      return Buffer.concat([head, body]);
    };
    const hello = Buffer.from('{"token":"wrong","database":"any"}');
    const asked = opened.length;
    expect(await heard(framed(hello))).toContain("unauthenticated");
    expect(await heard(framed(serialize({ token: "right", database: "any" })))).toContain("unauthenticated");
    expect(await heard(framed(Buffer.alloc(8), 1 << 20))).toContain("too large");
    expect(opened).toHaveLength(asked);
  });

  it("rolls back what a process that is killed had begun, and the next goes on at once", async () => {
    const child = fork(fileURLToPath(new URL("./pipe-child.ts", import.meta.url)), [url], { execArgv: [] });
    await once(child, "message");
    child.kill("SIGKILL");
    const driver = await open(url);
    await driver.transaction((session) => session.query("insert into notes values ('after')"), {
      timeoutSeconds: 20,
    });
    await driver.close();
    expect(await notes()).toEqual(["after"]);
  });

  it("takes the database back from a transaction that hangs past its deadline", async () => {
    const driver = await open(url);
    const hanging = driver.transaction(
      async (session) => {
        await session.query("insert into notes values ('hanging')");
        await new Promise(() => {});
      },
      { timeoutSeconds: 1 },
    );
    await expect(hanging).rejects.toMatchObject({ code: "timeout" });
    await driver.transaction((session) => session.query("insert into notes values ('later')"), {
      timeoutSeconds: 20,
    });
    await driver.close();
    expect(await notes()).toEqual(["after", "later"]);
  });

  it("tells the host of each commit, by database, and of nothing else", async () => {
    const driver = await open(url);
    committed.length = 0;
    await driver.transaction(() => Promise.reject(new Error("mishap"))).catch(() => {});
    await driver.transaction((session) => session.query("select 1"));
    expect(committed).toEqual(["app/notes"]);
    await driver.close();
  });

  it("uses a connection again, and lets go of one the host has not answered by the deadline", async () => {
    const driver = await open(url);
    const before = opened.length;
    for (const _ of [1, 2, 3]) await driver.transaction((session) => session.query("select 1"));
    await driver.transaction(() => Promise.reject(new Error("mishap"))).catch(() => {});
    await driver.transaction((session) => session.query("select 1"));
    expect(opened).toHaveLength(before);
    const { promise: elsewhere, resolve: letGo } = Promise.withResolvers<void>();
    const holding = database.transaction(() => elsewhere);
    const waiting = driver.transaction((session) => session.query("select 1"), { timeoutSeconds: 0.2 });
    await expect(waiting).rejects.toMatchObject({ code: "timeout" });
    letGo();
    await holding;
    await driver.transaction((session) => session.query("select 1"));
    expect(opened).toHaveLength(before + 1);
    await driver.close();
  });

  it("says that the host is gone when it is", async () => {
    const driver = await open(url);
    await pipe.close();
    await expect(driver.transaction((session) => session.query("select 1"))).rejects.toMatchObject({
      code: "unavailable",
    });
    await driver.close();
  });
});
