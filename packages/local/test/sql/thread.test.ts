// A database in a thread of its own: what it computes holds up nobody else, and what ends it is told.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import type { SqlDriver } from "@faasade/connectors/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Databases } from "../../src/data/database.ts";
import { prepareSockets, removeSockets, socketAddress } from "../../src/home.ts";
import { homeAt } from "../../src/index.ts";
import { openPipe } from "../../src/sql/pipe.ts";
import { serveSql } from "../../src/sql/serve.ts";
import { until } from "../harness.ts";

let root: string;
let databases: Databases;
const home = () => homeAt(root, { FAASADE_DATA: join(root, "data") });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "faasade-thread-"));
  await prepareSockets(home());
  databases = new Databases(home(), {}, "a token of the start");
});

afterAll(async () => {
  await databases.close();
  await removeSockets(home());
  await rm(root, { recursive: true, force: true });
});

/** How often others had their turn while the database computed. */
async function turnsWhile(database: SqlDriver): Promise<number> {
  const query = "select sum(n) from generate_series(1, 100000) n";
  let isComputing = true;
  const computing = database
    .transaction((session) => session.query(query))
    .finally(() => {
      isComputing = false;
    });
  let turns = 0;
  for (; isComputing; turns += 1) await turn();
  await computing;
  return turns;
}

describe("the database of an app", () => {
  it("computes beside the host, unlike the world's own", async () => {
    const [ours, theirs] = [await databases.get("world"), await databases.get("shop/orders")];
    expect(await turnsWhile(theirs)).toBeGreaterThan(5 * (await turnsWhile(ours)));
  });

  it("is opened anew when its thread dies, with all that was committed, and that is told", async () => {
    const lost: string[] = [];
    const token = "a token of ours";
    const ours = new Databases(home(), {}, token, (message) => lost.push(message));
    const host = socketAddress(home(), "sql");
    const pipe = await serveSql((name) => ours.serve(name), host, { token });
    const [[worker], ledger] = await Promise.all([
      once(process, "worker") as Promise<[Worker]>,
      openPipe(host, "shop/ledger", token),
    ]);
    await ledger.execute("create table entries (id int); insert into entries values (7)");
    const cut = ledger.transaction(async (session) => {
      await session.query("insert into entries values (8)");
      await worker.terminate();
      return session.query("select 1");
    });
    await expect(cut).rejects.toMatchObject({ code: "unavailable" });
    const { rows } = await until("another thread", () =>
      ledger.transaction((session) => session.query("select id from entries")).catch(() => undefined),
    );
    expect(rows).toEqual([{ id: 7 }]);
    expect(lost).toEqual(["The database shop/ledger is opened anew: its thread came to an end."]);
    await ledger.close();
    await pipe.close();
    await ours.close();
  });

  it("is asked by a process without the host, which only says where it is", async () => {
    const address = socketAddress(home(), "sql");
    const pipe = await serveSql((name) => databases.serve(name), address, { token: "a token of the start" });
    const orders = await openPipe(address, "shop/orders", "a token of the start");
    await pipe.close();
    const { rows } = await orders.transaction((session) => session.query("select 1 as n"));
    expect(rows).toEqual([{ n: 1 }]);
    await orders.close();
  });

  it("is ended when a statement goes on past its deadline, and then serves the next", async () => {
    const lost: string[] = [];
    const ours = new Databases(home(), {}, "a token", (message) => lost.push(message));
    const endless = "select count(md5(n::text)) from generate_series(1, 100000000) n";
    const ask = async (query: string, timeoutSeconds: number) =>
      (await ours.get("shop/stock")).transaction((session) => session.query(query), { timeoutSeconds });
    await expect(ask(endless, 0.3)).rejects.toMatchObject({ code: "timeout" });
    const { rows } = await until("another thread", () => ask("select 1 as n", 1).catch(() => undefined));
    expect(rows).toEqual([{ n: 1 }]);
    expect(lost).toEqual([
      "The database shop/stock is opened anew: a statement went on past the 0.3 s of its transaction.",
    ]);
    // What still computes does not hold up the end.
    const began = Promise.withResolvers<void>();
    const computing = (await ours.get("shop/stock")).transaction((session) => {
      began.resolve();
      return session.query(endless);
    });
    computing.catch(() => {});
    await began.promise;
    await ours.close();
    await expect(computing).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is not waited for when the world ends, nor is a copy that is asked", async () => {
    const ends = homeAt(root, { FAASADE_DATA: join(root, "ends") });
    await prepareSockets(ends);
    const ours = new Databases(ends, {}, "a token");
    const began = Promise.withResolvers<void>();
    const asked = ours.askWorld((session) => {
      began.resolve();
      return session.query("select count(md5(n::text)) from generate_series(1, 100000000) n");
    });
    asked.catch(() => {});
    await Promise.race([began.promise, asked]);
    await ours.close();
    await expect(asked).rejects.toMatchObject({ code: "unavailable" });
    await removeSockets(ends);
  });

  it("says who has its folder open", async () => {
    const second = new Databases(home(), {}, "a token");
    await expect(second.get("shop/orders")).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`${process.pid}`),
    });
    await second.close();
  });

  it("keeps what was committed for the next start", async () => {
    const orders = await databases.get("shop/orders");
    await orders.execute("create table orders (id int); insert into orders values (7)");
    await databases.close();
    databases = new Databases(home(), {}, "another token");
    const again = await databases.get("shop/orders");
    const { rows } = await again.transaction((session) => session.query("select id from orders"));
    expect(rows).toEqual([{ id: 7 }]);
  });
});
