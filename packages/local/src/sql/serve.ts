// The host's end of the pipe: whole transactions of the apps' processes, on the databases only the host opens.
import { hash, timingSafeEqual } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { DatabaseError, type SqlDriver, type SqlSession } from "@faasade/connectors/sql";
import { FunctionError } from "@faasade/core";
import { toFunctionError } from "@faasade/core/adapter";
import { type Ask, type DatabaseWords, FrameReader, more, writeFrame } from "./frames.ts";

/** A database that is served here, or the address of the pipe on which it is. */
export type Served = { readonly driver: SqlDriver } | { readonly address: string };

export interface ServeSqlOptions {
  /** What a process must say first. */
  readonly token: string;
  /** Called after a process committed to a database. */
  readonly onCommit?: (database: string) => unknown;
}

export interface SqlPipe {
  close(): Promise<void>;
}

/** Listens on a unix socket or named pipe. A process that dies in a transaction has it rolled back at once. */
export async function serveSql(
  open: (database: string) => Promise<Served>,
  address: string,
  options: ServeSqlOptions,
): Promise<SqlPipe> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    void serveConnection(socket, open, options).finally(() => socket.destroySoon());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(address, resolve));
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serveConnection(
  socket: Socket,
  open: (database: string) => Promise<Served>,
  { token, onCommit }: ServeSqlOptions,
): Promise<void> {
  const asks = new FrameReader(socket);
  try {
    const hello = await asks.hello();
    if (hello === undefined || !isSame(hello.token, token)) {
      return refuse(socket, new FunctionError("unauthenticated", "Cannot open the pipe: wrong token."));
    }
    const served = await open(hello.database);
    if ("address" in served) return writeFrame(socket, { ok: true, value: served.address });
    writeFrame(socket, { ok: true, value: undefined });
    for (;;) {
      const begin = await asks.next<Ask>();
      if (begin?.ask !== "begin") return;
      const committed = await serveTransaction(socket, asks, served.driver, begin);
      if (committed) onCommit?.(hello.database);
    }
  } catch (thrown) {
    refuse(socket, toFunctionError(thrown));
  }
}

/** What ends a transaction without a commit that nobody needs to be told of. */
const rolledBack = Symbol("rolled back");

/** The app's process knows what went wrong with its source; nobody shows it this. */
const abandoned = new FunctionError("internal", "Cannot copy: the source failed.");

/** @returns whether it committed. */
async function serveTransaction(
  socket: Socket,
  asks: FrameReader,
  driver: SqlDriver,
  { options }: Extract<Ask, { ask: "begin" }>,
): Promise<boolean> {
  let committing = false;
  try {
    await driver.transaction(async (session) => {
      writeFrame(socket, { ok: true, value: undefined });
      for (;;) {
        const ask = await asks.next<Ask>();
        if (ask === undefined || ask.ask === "rollback") throw rolledBack;
        if (ask.ask === "commit") break;
        await answer(socket, asks, session, ask);
      }
      committing = true;
    }, options);
    writeFrame(socket, { ok: true, value: undefined });
    return true;
  } catch (thrown) {
    if (thrown === rolledBack) writeFrame(socket, { ok: true, value: undefined });
    else refuse(socket, toFunctionError(thrown));
    // Past its deadline the transaction is gone, but the process may still be talking to it.
    if (thrown !== rolledBack && !committing) socket.destroySoon();
    return false;
  }
}

async function answer(socket: Socket, asks: FrameReader, session: SqlSession, ask: Ask): Promise<void> {
  try {
    writeFrame(socket, { ok: true, value: await perform(socket, asks, session, ask) });
  } catch (thrown) {
    if (thrown === rolledBack) throw thrown;
    refuse(socket, toFunctionError(thrown));
  }
}

function perform(socket: Socket, asks: FrameReader, session: SqlSession, ask: Ask): Promise<unknown> {
  switch (ask.ask) {
    case "query":
      return session.query(ask.text, ask.params);
    case "execute":
      return session.execute(ask.script);
    case "copy":
      return session.copyIn(ask.into, pieces(socket, asks));
    default:
      throw new FunctionError("internal", `Cannot ${ask.ask} in the middle of a transaction.`);
  }
}

async function* pieces(socket: Socket, asks: FrameReader): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    writeFrame(socket, { ok: true, value: more });
    const ask = await asks.next<Ask>();
    if (ask?.ask === "abandon") throw abandoned;
    if (ask?.ask !== "bytes") throw rolledBack;
    if (ask.bytes === undefined) return;
    yield ask.bytes;
  }
}

function refuse(socket: Socket, { code, message, cause }: FunctionError): void {
  if (socket.destroyed) return;
  const refusal = { ok: false, code, message } as const;
  writeFrame(socket, cause instanceof DatabaseError ? { ...refusal, database: wordsOf(cause) } : refusal);
}

/** Digests are of one length, so that the time it takes says nothing about either. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", wanted, "buffer"));
}

/** An error keeps its fields off the wire unless they are named. */
function wordsOf({ message, sqlState, constraint, table }: DatabaseError): DatabaseWords {
  return { message, sqlState, constraint, table };
}
