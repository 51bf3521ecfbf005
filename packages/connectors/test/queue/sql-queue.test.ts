// What the sql queue does beyond the port: sending inside a transaction of the caller.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNewDatabase } from "../../../../tools/new-database.ts";
import { messageOf } from "../../src/queue/conformance/messages.ts";
import { sqlQueue, sqlQueueModule } from "../../src/queue/sql.ts";
import type { SqlDriver } from "../../src/sql/driver.ts";
import { open } from "../../src/sql/pglite.ts";

let folder: string;
let driver: SqlDriver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-queue-"));
  driver = await openNewDatabase(join(folder, "database"));
}, 120_000);
afterAll(async () => {
  await driver.close();
  await rm(folder, { recursive: true });
});

const ten = { max: 10, visibilitySeconds: 30 };

describe("sendIn", () => {
  it("sends with the transaction or not at all, also as the first thing a database sees of the queue", async () => {
    const queue = sqlQueue(driver, { name: "inside" });
    const failing = driver.transaction(async (session) => {
      await queue.sendIn(session, [messageOf("never")]);
      throw new Error("mishap");
    });
    await expect(failing).rejects.toThrow("mishap");
    await driver.transaction(async (session) => {
      await session.query("create table written (n int)");
      await queue.sendIn(session, [messageOf("a"), messageOf("b")]);
    });
    expect((await queue.receive(ten)).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("is seen at once by who waits, when it is followed by wake", async () => {
    const sender = sqlQueue(driver, { name: "woken" });
    const receiver = sqlQueue(driver, { name: "woken", pollMilliseconds: 600_000 });
    expect(await receiver.receive(ten)).toEqual([]);
    const waiting = receiver.receive({ ...ten, waitSeconds: 600 });
    await driver.transaction((session) => sender.sendIn(session, [messageOf("a")]));
    sender.wake();
    expect((await waiting).map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("the module of a queue", () => {
  it("opens the database its URL names and closes it with the queue", async () => {
    const module = sqlQueueModule({ open });
    const options = { name: "mails", clock: { now: () => 5 }, configuration: () => undefined };
    const another = join(folder, "another");
    const url = pathToFileURL(another).href.replace(/^file:/, "pglite:");
    const queue = (await module.open(url, options)) as ReturnType<typeof sqlQueue>;
    await queue.send([messageOf("a")]);
    expect((await queue.receive(ten))[0]).toMatchObject({ id: "a", sentAt: 5 });
    await queue.close();
    await expect(queue.depth()).rejects.toMatchObject({ code: "unavailable" });
  }, 120_000);
});
