// A real Postgres server of our own for a test run: a fresh folder, a free port of 127.0.0.1, a password.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

export interface PostgresServer {
  readonly port: number;
  readonly password: string;
  /** The URL of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** What to say when there is no server to start. */
export const missingPostgres = [
  "no PostgreSQL server was found",
  "install it or name its folder in FAASADE_POSTGRES",
] as const;

export async function startPostgres(folder: string): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), "faasade-postgres-"));
  const password = randomBytes(12).toString("hex");
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const owner = ownerOf();
  if (owner !== undefined) for (const path of [home, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const run = { ...owner, cwd: home, env: { ...process.env, LC_ALL: "C" } };
  const data = join(home, "data");
  const initdb = [
    "-D",
    data,
    "-U",
    "faasade",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    "-E",
    "UTF8",
    "--no-sync",
  ];
  execFileSync(join(folder, "initdb"), initdb, { ...run, stdio: "pipe" });
  const port = await freePort();
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const server = spawn(
    join(folder, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    {
      ...run,
      stdio: "ignore",
    },
  );
  const url = (database: string) => `postgres://faasade:${password}@127.0.0.1:${port}/${database}`;
  const stop = async () => {
    await stopped(server);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await untilReady(server, url("postgres"));
  } catch (error) {
    await stop();
    throw error;
  }
  let databases = 0;
  return {
    port,
    password,
    async newDatabase() {
      databases += 1;
      await execute(url("postgres"), `create database test_${databases}`);
      return url(`test_${databases}`);
    },
    stop,
  };
}

/** Postgres refuses to run as root: it gets its own user where there is one. */
function ownerOf(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) =>
        Number(execFileSync("id", [flag, user], { encoding: "utf8", stdio: "pipe" }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // the next one
    }
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    try {
      return await execute(url, "select 1");
    } catch (error) {
      if (server.exitCode !== null || performance.now() > giveUpAt) throw error;
      await wait(100);
    }
  }
}

/** SIGINT asks Postgres for a fast shutdown. */
async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGINT");
  await exited;
}
