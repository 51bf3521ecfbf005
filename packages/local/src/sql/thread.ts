// The thread of one database: whatever it computes, the host answers meanwhile.
import { rm } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { open } from "@faasade/connectors/sql/pglite";
import { toFunctionError } from "@faasade/core/adapter";
import type { ThreadMessage, ThreadStart } from "./database-thread.ts";
import { serveSql } from "./serve.ts";

const { url, address, token } = workerData as ThreadStart;

try {
  const driver = await open(url);
  // The lock of the folder is ours now, so nobody listens on what a thread that died left.
  if (process.platform !== "win32") await rm(address, { force: true });
  const pipe = await serveSql(async () => ({ driver }), address, { token });
  parentPort?.once("message", async () => {
    await pipe.close();
    await driver.close();
    parentPort?.close();
  });
  tell({ type: "open" });
} catch (thrown) {
  const { code, message } = toFunctionError(thrown);
  tell({ type: "failed", code, message });
}

function tell(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}
