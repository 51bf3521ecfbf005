// Where the local world keeps its data, and how its parts find one another.
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The folders of one world; everything it knows is below `data`. */
export interface Home {
  readonly root: string;
  readonly data: string;
  /** Where apps live. */
  readonly apps: string;
}

/** What a running world leaves for the command to find; readable by its owner alone. */
export interface HostRecord {
  readonly pid: number;
  /** Origin of the page and the control interface. */
  readonly page: string;
  readonly gateway: string;
  readonly token: string;
}

export function homeAt(root: string, environment: NodeJS.ProcessEnv = process.env): Home {
  return { root, data: resolve(root, environment["FAASADE_DATA"] ?? ".faasade"), apps: join(root, "apps") };
}

export async function writeHostRecord(home: Home, record: HostRecord): Promise<void> {
  const draft = join(home.data, `host.${record.pid}.json`);
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  await rename(draft, join(home.data, "host.json"));
}

/** The running world, or undefined when none runs on this data. */
export async function readHostRecord(home: Home): Promise<HostRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(join(home.data, "host.json"), "utf8")) as HostRecord;
    process.kill(record.pid, 0);
    return record;
  } catch {
    return undefined;
  }
}

/** Removes the record of the world with this token; another may have started on the data since. */
export async function removeHostRecord(home: Home, token: string): Promise<void> {
  const record = await readHostRecord(home);
  if (record?.token === token) await rm(join(home.data, "host.json"), { force: true });
}

export function storeFolder(home: Home, app: string, store: string): string {
  return join(home.data, "stores", app, store);
}

/** `world` for the world's own database, else `app/name`; a point cannot be in either, so that no two meet. */
export function databaseFolder(home: Home, database: string): string {
  return join(home.data, "databases", database.replace("/", "."));
}

export function secretsFolder(home: Home, app: string): string {
  return join(home.data, "secrets", app);
}

/** A secret for the local world: what was made before, else new random text. The environment comes before it. */
export async function ensureSecret(home: Home, app: string, name: string): Promise<void> {
  const folder = secretsFolder(home, app);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, name), randomBytes(32).toString("base64url"), {
    mode: 0o600,
    flag: "wx",
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/**
 * The address of a unix socket or named pipe of this world. Socket paths are limited to about 100 bytes, so it stands
 * in the temporary folder under a hash of the data's path.
 */
export function socketAddress(home: Home, name: string): string {
  const world = createHash("sha256").update(home.data).digest("hex").slice(0, 12);
  if (process.platform === "win32") return `\\\\.\\pipe\\faasade-${world}-${name}`;
  return join(tmpdir(), `faasade-${world}`, `${name}.sock`);
}

/** Makes the folders of the data, closed to other users also where they were open. */
export async function prepareData(home: Home): Promise<void> {
  for (const name of ["databases", "stores", "logs"]) {
    const folder = join(home.data, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
}

/** Makes the folder of the sockets, closed to other users; what a world that was killed left there is removed. */
export async function prepareSockets(home: Home): Promise<void> {
  await removeSockets(home);
  if (process.platform !== "win32")
    await mkdir(dirname(socketAddress(home, "any")), { recursive: true, mode: 0o700 });
}

export async function removeSockets(home: Home): Promise<void> {
  if (process.platform === "win32") return;
  await rm(dirname(socketAddress(home, "any")), { recursive: true, force: true });
}
