// The thread of one database: whatever it computes, the host answers meanwhile.
import { rm } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { SqlDriver, SqlSession, TransactionOptions } from "@faasade/connectors/sql";
import { open } from "@faasade/connectors/sql/pglite";
import { defaultTimeoutSeconds } from "@faasade/connectors/sql/session";
import { toFunctionError } from "@faasade/core/adapter";
import type { ThreadMessage, ThreadStart } from "./database-thread.ts";
import { serveSql } from "./serve.ts";

const { url, address, token } = workerData as ThreadStart;
let turns = 0;

try {
  const driver = await open(url);
  // The lock of the folder is ours now, so nobody listens on what a thread that died left.
  if (process.platform !== "win32") await rm(address, { force: true });
  const served = { driver: tellingTurns(driver) };
  const pipe = await serveSql(async () => served, address, { token }).catch(async (error: unknown) => {
    await driver.close();
    throw error;
  });
  parentPort?.once("message", async () => {
    await pipe.close();
    await driver.close();
    tell({ type: "closed" });
    parentPort?.close();
  });
  tell({ type: "open" });
} catch (thrown) {
  const { code, message } = toFunctionError(thrown);
  tell({ type: "failed", code, message });
}

/** Told before the database computes: nothing else is heard of this thread then. */
function tellingTurns(driver: SqlDriver): SqlDriver {
  const transaction = <Result>(
    work: (session: SqlSession) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> =>
    driver.transaction(async (session) => {
      const turn = ++turns;
      tell({ type: "begun", turn, seconds: options.timeoutSeconds ?? defaultTimeoutSeconds });
      return work(session).finally(() => tell({ type: "ended", turn }));
    }, options);
  return { transaction, execute: (script) => driver.execute(script), close: () => driver.close() };
}

function tell(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}
