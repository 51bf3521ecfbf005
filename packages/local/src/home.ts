// Where the local world keeps its data, and how its parts find one another.
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
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
  return { root, data: resolve(root, environment["FAASADE_DATA"] || ".faasade"), apps: join(root, "apps") };
}

export async function writeHostRecord(home: Home, record: HostRecord): Promise<void> {
  const draft = join(home.data, `host.${record.pid}.json`);
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  await rename(draft, join(home.data, "host.json"));
}

/**
 * What the world on this data has left, or undefined when there is no process of that number. A world that was killed
 * leaves its record, and another process may get its number: `findWorld` of `control/client.ts` asks it.
 */
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

/** What macOS allows without the byte that ends it; Linux allows 107: `sun_path` in unix(4) and unix(7). */
const maxSocketBytes = 103;
/** A name up to here is itself, so that a listing of the folder can be read. */
const readableBytes = 16;

/**
 * The address of a unix socket or named pipe of this world: in the temporary folder, or in `/tmp` where that one's path
 * is too long; under hashes of what may be long, the data's path and the name.
 */
export function socketAddress(home: Home, name: string, folder = tmpdir()): string {
  const world = `faasade-${digest(home.data)}`;
  const short = Buffer.byteLength(name) > readableBytes ? digest(name) : name;
  if (process.platform === "win32") return `\\\\.\\pipe\\${world}-${short}`;
  const path = (parent: string): string => join(parent, world, `${short}.sock`);
  // By the longest name there can be: the sockets of one world stand in one folder.
  const isLong = Buffer.byteLength(join(folder, world, `${"x".repeat(readableBytes)}.sock`)) > maxSocketBytes;
  return path(isLong ? "/tmp" : folder);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Makes the folders of the data, closed to other users also where they were open. */
export async function prepareData(home: Home): Promise<void> {
  for (const name of ["databases", "stores", "logs"]) {
    const folder = join(home.data, name);
    await makeFolder(folder);
    await chmod(folder, 0o700);
  }
}

/**
 * Downwards from what is there: Node's own `recursive` never ends where a folder is there and takes no other, as in
 * `/proc`. Another start may make the same folders at the same time.
 */
async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = path; !(await isFolder(folder)); folder = dirname(folder)) {
    missing.unshift(folder);
    if (dirname(folder) === folder) break;
  }
  for (const folder of missing) {
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (!(await isFolder(folder))) throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Makes the folder of the sockets, closed to other users; what a world that was killed left there is removed. */
export async function prepareSockets(home: Home): Promise<void> {
  await removeSockets(home);
  if (process.platform !== "win32") await mkdir(dirname(socketAddress(home, "any")), { mode: 0o700 });
}

export async function removeSockets(home: Home): Promise<void> {
  if (process.platform === "win32") return;
  await rm(dirname(socketAddress(home, "any")), { recursive: true, force: true });
}
