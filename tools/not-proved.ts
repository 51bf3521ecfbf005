/** Optional tools that tests look for, and what is said when one is missing: a proof is never left out silently. */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, globSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export interface NotProved {
  what: string;
  why: string;
  fix: string;
}

/**
 * Notes that a promise was not proved in this run. `npm test` lists the notes before its last line; its strict mode
 * fails with them.
 * @param what the promise, as in "presigned URLs against versitygw"
 * @param why what is missing here
 * @param fix what would bring the proof
 */
export function notProved(what: string, why: string, fix: string): void {
  const note: NotProved = { what, why, fix };
  console.warn(notProvedLine(note));
  const file = process.env.FAASADE_NOT_PROVED_FILE;
  if (file) appendFileSync(file, `${JSON.stringify(note)}\n`);
}

export function notProvedLine({ what, why, fix }: NotProved): string {
  return `not proved: ${what} — ${why}; ${fix}`;
}

/** The notes in the file that `FAASADE_NOT_PROVED_FILE` named, each once. */
export function readNotProved(file: string): NotProved[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return [...new Set(lines)].map((line) => JSON.parse(line) as NotProved);
}

/** Path of Chromium or Chrome; `FAASADE_CHROMIUM` overrides. */
export function findChromium(): string | undefined {
  return find(
    "FAASADE_CHROMIUM",
    ["chromium", "chromium-browser", "google-chrome"],
    [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "C:/Program Files/Google/Chrome/Application/chrome.exe",
      "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    ],
  );
}

/** Folder that holds `initdb`, `pg_ctl` and `postgres`; `FAASADE_POSTGRES` overrides. */
export function findPostgres(): string | undefined {
  const folders = [
    ...pathFolders(),
    ...globSync("/usr/lib/postgresql/*/bin").sort(byVersion),
    ...globSync("/opt/homebrew/opt/postgresql@*/bin").sort(byVersion),
    ...globSync("C:/Program Files/PostgreSQL/*/bin").sort(byVersion),
  ];
  const wanted = process.env.FAASADE_POSTGRES ? [process.env.FAASADE_POSTGRES] : folders;
  return wanted.find((folder) => ["initdb", "pg_ctl", "postgres"].every((name) => inFolder(folder, name)));
}

/** Path of versitygw, an S3 server; `FAASADE_VERSITYGW` overrides. */
export function findVersitygw(): string | undefined {
  return find("FAASADE_VERSITYGW", ["versitygw"]);
}

/** Path of actionlint; `FAASADE_ACTIONLINT` overrides. */
export function findActionlint(): string | undefined {
  return find("FAASADE_ACTIONLINT", ["actionlint"]);
}

/** Path of ImageMagick's `magick` or `convert`; `FAASADE_IMAGEMAGICK` overrides. */
export function findImageMagick(): string | undefined {
  return find("FAASADE_IMAGEMAGICK", ["magick", "convert"], [], isImageMagick);
}

/** The first that exists: what the variable names, else a name on PATH or in ci-prepare's cache, else a path. */
function find(
  variable: string,
  names: string[],
  paths: string[] = [],
  accepts: (path: string) => boolean = () => true,
): string | undefined {
  const override = process.env[variable];
  if (override) return existsSync(override) ? override : undefined;
  const cache = process.env.FAASADE_CACHE ?? join(homedir(), ".cache", "faasade");
  const folders = [...pathFolders(), join(cache, "bin")];
  const named = names.flatMap((name) => folders.map((folder) => inFolder(folder, name)));
  return [...named, ...paths].find((path) => path !== undefined && existsSync(path) && accepts(path));
}

function pathFolders(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter(Boolean);
}

function inFolder(folder: string, name: string): string | undefined {
  const path = join(folder, process.platform === "win32" ? `${name}.exe` : name);
  return existsSync(path) ? path : undefined;
}

function byVersion(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}

/** Windows has a `convert.exe` that changes file systems, so a program must say who it is. */
function isImageMagick(path: string): boolean {
  try {
    return execFileSync(path, ["-version"], { encoding: "utf8", stdio: "pipe" }).includes("ImageMagick");
  } catch {
    return false;
  }
}
