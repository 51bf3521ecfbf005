// A database in a thread of its own: what it computes holds up nobody else, and what ends it is told.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { SqlDriver } from "@faasade/connectors/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Databases } from "../../src/data/database.ts";
import { prepareSockets, removeSockets } from "../../src/home.ts";
import { homeAt } from "../../src/index.ts";

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
