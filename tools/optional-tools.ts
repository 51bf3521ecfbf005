/** Optional tools: where each is looked for, and what is not proved without it. `faasade doctor` shows this list. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, globSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export interface OptionalTool {
  readonly title: string;
  /** Names the program, or the folder of `programs` that go together; nothing else is looked at then. */
  readonly variable?: string;
  /** By any of these names, the first that is found. */
  readonly names: readonly string[];
  /** What has to stand in the same folder. */
  readonly besides?: readonly string[];
  /** Folders off PATH; patterns are allowed, of whose folders the newest version comes first. */
  readonly folders?: readonly string[];
  /** Whether a program of that name is the one that is meant. */
  readonly accepts?: (path: string) => boolean;
  readonly without: string;
}

export const optionalTools = {
  chromium: {
    title: "Chromium",
    variable: "FAASADE_CHROMIUM",
    names: ["chromium", "chromium-browser", "google-chrome", "Google Chrome", "Chromium", "chrome", "msedge"],
    folders: [
      "/Applications/Google Chrome.app/Contents/MacOS",
      "/Applications/Chromium.app/Contents/MacOS",
      "C:/Program Files/Google/Chrome/Application",
      "C:/Program Files (x86)/Microsoft/Edge/Application",
    ],
    without: "the page is not tried in a browser",
  },
  postgres: {
    title: "PostgreSQL",
    variable: "FAASADE_POSTGRES",
    names: ["postgres"],
    besides: ["initdb", "pg_ctl"],
    folders: [
      "/usr/lib/postgresql/*/bin",
      "/opt/homebrew/opt/postgresql@*/bin",
      "C:/Program Files/PostgreSQL/*/bin",
    ],
    without: "the pg drivers are not tried against a server",
  },
  go: {
    title: "Go",
    names: ["go"],
    folders: ["/usr/local/go/bin"],
    without: "tools that come through Go, such as versitygw, cannot be built",
  },
  versitygw: {
    title: "versitygw",
    variable: "FAASADE_VERSITYGW",
    names: ["versitygw"],
    without: "the s3 driver's signatures and conditions are not tried against a strict server",
  },
  etcd: {
    title: "etcd",
    variable: "FAASADE_ETCD",
    names: ["etcd"],
    without: "deployments are not tried on a kube-apiserver",
  },
  actionlint: {
    title: "actionlint",
    variable: "FAASADE_ACTIONLINT",
    names: ["actionlint"],
    without: "workflows are not checked as their runner would",
  },
  imageMagick: {
    title: "ImageMagick",
    variable: "FAASADE_IMAGEMAGICK",
    names: ["magick", "convert"],
    accepts: isImageMagick,
    without: "image conversion is not compared with it",
  },
} as const satisfies Record<string, OptionalTool>;

/** Path of its program; undefined when it is not here. */
export function findTool(tool: OptionalTool): string | undefined {
  const { variable, names, besides = [], accepts = () => true } = tool;
  const given = variable === undefined ? undefined : process.env[variable];
  const candidates = given
    ? [...(besides.length === 0 ? [given] : inFolders(names, [given]))]
    : inFolders(names, foldersOf(tool));
  return candidates.find(
    (path) =>
      isExecutable(path) &&
      besides.every((name) => isExecutable(executable(dirname(path), name))) &&
      accepts(path),
  );
}

/** PATH, what tools/ci-prepare has built, and the tool's own. */
function foldersOf({ folders = [] }: OptionalTool): string[] {
  const cache = process.env.FAASADE_CACHE ?? join(homedir(), ".cache", "faasade");
  const own = folders.flatMap((folder) =>
    folder.includes("*") ? globSync(folder).sort(byVersion) : [folder],
  );
  return [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), join(cache, "bin"), ...own];
}

function inFolders(names: readonly string[], folders: readonly string[]): string[] {
  return names.flatMap((name) => folders.map((folder) => executable(folder, name)));
}

function executable(folder: string, name: string): string {
  return join(folder, process.platform === "win32" ? `${name}.exe` : name);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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
