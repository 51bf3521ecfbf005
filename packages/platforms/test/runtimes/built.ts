// An app as a user builds it, with the command, laid out as its platform unpacks it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";

export interface Built {
  /** The unpacked artefact of this name: a function's, or the app's. */
  artefact(name: string): Promise<string>;
  /** The text of one of the manifest's files. */
  manifest(path: string): Promise<string>;
  remove(): Promise<void>;
}

const command = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));
const suiteRoot = fileURLToPath(new URL("fixtures/suite-app", import.meta.url));
const here = process.arch === "arm64" ? "arm64" : "x64";

/** Its native packages are those of this machine. @throws {Error} with what the build said. */
export async function buildZips(app: string, target: string, unit: "function" | "app"): Promise<Built> {
  return zips(app, target, await build(app, target, unit, ["--packaging", "zip"]));
}

/** What an image holds, or a packaging that is no archive: the folder that it is made of. */
export async function buildFolders(app: string, target: string, packaging: string): Promise<Built> {
  return folders(app, target, await build(app, target, "app", ["--packaging", packaging]));
}

/** An app of `fixtures/suite-app`, whose functions have every trigger and tell what they were given. */
export async function buildSuite(
  app: "suite" | "messages",
  target: string,
  packaging: string,
  drivers: readonly string[] = [],
): Promise<Built> {
  const more = ["--packaging", packaging, ...drivers.flatMap((driver) => ["--driver", driver])];
  const made = await build(app, target, "app", more, suiteRoot);
  return packaging === "zip" ? zips(app, target, made) : folders(app, target, made);
}

interface Made {
  readonly out: string;
  readonly remove: () => Promise<void>;
}

function zips(app: string, target: string, { out, remove }: Made): Built {
  return {
    async artefact(name) {
      const folder = join(out, "unpacked", name);
      const files = unzipSync(await readFile(join(out, app, target, `${name}.zip`)));
      for (const [path, bytes] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      return folder;
    },
    manifest: (path) => readFile(join(out, app, target, path), "utf8"),
    remove,
  };
}

function folders(app: string, target: string, { out, remove }: Made): Built {
  return {
    async artefact(name) {
      const folder = join(out, app, target, name);
      return existsSync(join(folder, "Dockerfile")) ? join(folder, "app") : folder;
    },
    manifest: (path) => readFile(join(out, app, target, path), "utf8"),
    remove,
  };
}

async function build(
  app: string,
  target: string,
  unit: "function" | "app",
  more: readonly string[],
  root?: string,
): Promise<Made> {
  const out = await mkdtemp(join(tmpdir(), "faasade-built-"));
  const options = ["--target", target, "--unit", unit, "--stage", unit, "--cpu", here, "--out", out, ...more];
  await promisify(execFile)(process.execPath, [command, "build", app, ...options], {
    timeout: 120_000,
    env: { ...process.env, ...(root === undefined ? {} : { FAASADE_ROOT: root }) },
  });
  return { out, remove: () => rm(out, { recursive: true, force: true }) };
}
