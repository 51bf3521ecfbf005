// A database in a thread of its own, which serves it on a pipe; the host is a client like any app's process.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { SqlDriver } from "@faasade/connectors/sql";
import { forgetHolder } from "@faasade/connectors/sql/pglite";
import { type ErrorCode, FunctionError } from "@faasade/core";
import { openPipe } from "./pipe.ts";

export interface ThreadStart {
  /** What the driver `pglite` opens. */
  readonly url: string;
  /** A unix socket or named pipe that nobody listens on. */
  readonly address: string;
  /** What clients prove themselves with. */
  readonly token: string;
}

export type ThreadMessage =
  | { readonly type: "open" }
  | { readonly type: "failed"; readonly code: ErrorCode; readonly message: string };

export interface DatabaseThread {
  readonly driver: SqlDriver;
  /** Where a process reaches it without the host. */
  readonly address: string;
  /** Resolves when the thread has ended: with why, where it was not asked to. Its folder can be opened again then. */
  readonly ended: Promise<string | undefined>;
  /** Waits for the transactions that are under way or in line. */
  close(): Promise<void>;
}

/** @throws {FunctionError} what the driver says, such as `unavailable` for a folder that another process has open. */
export async function openDatabaseThread(start: ThreadStart): Promise<DatabaseThread> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: start });
  const exited = once(worker, "exit");
  const [message] = (await once(worker, "message")) as [ThreadMessage];
  if (message.type === "failed") throw new FunctionError(message.code, message.message);
  const driver = await openPipe(start.address, "", start.token);
  let why: string | undefined = "its thread came to an end";
  worker.on("error", (error) => {
    why = error.message;
  });
  const ended = exited.then(async () => {
    if (why !== undefined) await forgetHolder(start.url);
    return why;
  });
  return {
    driver,
    address: start.address,
    ended,
    close: async () => {
      why = undefined;
      await driver.close();
      worker.postMessage("close");
      await ended;
    },
  };
}
