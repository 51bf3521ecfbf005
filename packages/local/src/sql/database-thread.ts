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
  | { readonly type: "failed"; readonly code: ErrorCode; readonly message: string }
  /** A transaction has its turn, for at most so many seconds. */
  | { readonly type: "begun"; readonly turn: number; readonly seconds: number }
  | { readonly type: "ended"; readonly turn: number }
  | { readonly type: "closed" };

/** What a thread may take to notice that a deadline has passed, and to end then. */
const graceSeconds = 1;

export interface DatabaseThread {
  readonly driver: SqlDriver;
  /** Where a process reaches it without the host. */
  readonly address: string;
  /** Resolves when the thread has ended: with why, where it was not asked to. Its folder can be opened again then. */
  readonly ended: Promise<string | undefined>;
  /** Rolls back what is under way, as when the process of the app dies. */
  close(): Promise<void>;
}

/**
 * PGlite cannot be interrupted, but its thread can be ended: so is one that computes on past the deadline of the
 * transaction whose turn it is, or does not close.
 * @throws {FunctionError} what the driver says, such as `unavailable` for a folder that another process has open.
 */
export async function openDatabaseThread(start: ThreadStart): Promise<DatabaseThread> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: start });
  const exited = once(worker, "exit");
  const [message] = (await once(worker, "message")) as [ThreadMessage];
  if (message.type === "failed") throw new FunctionError(message.code, message.message);
  let why: string | undefined = "its thread came to an end";
  let hasClosed = false;
  const end = (reason: string | undefined): void => {
    why = reason;
    void worker.terminate();
  };
  let current = 0;
  let timer: NodeJS.Timeout | undefined;
  worker.on("error", ({ message }) => {
    why = message;
  });
  worker.on("message", (told: ThreadMessage) => {
    if (told.type === "begun") {
      const { turn, seconds } = told;
      clearTimeout(timer);
      current = turn;
      const reason = `a statement went on past the ${seconds} s of its transaction`;
      timer = setTimeout(end, (seconds + graceSeconds) * 1000, reason);
    } else if (told.type === "ended" && told.turn === current) clearTimeout(timer);
    else if (told.type === "closed") hasClosed = true;
  });
  const ended = exited.then(async () => {
    clearTimeout(timer);
    if (!hasClosed) await forgetHolder(start.url);
    return why;
  });
  const driver = await openPipe(start.address, "", start.token);
  return {
    driver,
    address: start.address,
    ended,
    close: async () => {
      why = undefined;
      await driver.close();
      worker.postMessage("close");
      const late = setTimeout(end, graceSeconds * 1000, undefined);
      await ended;
      clearTimeout(late);
    },
  };
}
