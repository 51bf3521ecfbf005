// Optional tools: what they are found as, and what is not proved without them.
import { access, constants, glob } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Check } from "./checks.ts";

interface Tool {
  readonly name: string;
  /** Names a path of its own choice. */
  readonly variable?: string;
  readonly programs: readonly string[];
  /** Folders off PATH; patterns are allowed. */
  readonly folders?: readonly string[];
  readonly without: string;
}

const tools: readonly Tool[] = [
  {
    name: "Chromium",
    variable: "FAASADE_CHROMIUM",
    programs: ["chromium", "chromium-browser", "google-chrome", "Google Chrome", "chrome", "msedge"],
    folders: [
      "/Applications/Google Chrome.app/Contents/MacOS",
      "C:/Program Files/Google/Chrome/Application",
      "C:/Program Files (x86)/Microsoft/Edge/Application",
    ],
    without: "the page is not tried in a browser",
  },
  {
    name: "PostgreSQL",
    variable: "FAASADE_POSTGRES",
    programs: ["postgres"],
    folders: [
      "/usr/lib/postgresql/*/bin",
      "/opt/homebrew/opt/postgresql@*/bin",
      "C:/Program Files/PostgreSQL/*/bin",
    ],
    without: "the pg drivers are not tried against a server",
  },
  {
    name: "Go",
    programs: ["go"],
    folders: ["/usr/local/go/bin"],
    without: "tools that come through Go, such as versitygw, cannot be built",
  },
  {
    name: "versitygw",
    variable: "FAASADE_VERSITYGW",
    programs: ["versitygw"],
    folders: [join(process.env["FAASADE_CACHE"] ?? join(homedir(), ".cache", "faasade"), "bin")],
    without: "the s3 driver's signatures and conditions are not tried against a strict server",
  },
];

export async function checkTools(): Promise<Check[]> {
  return Promise.all(
    tools.map(async (tool): Promise<Check> => {
      const path = await findTool(tool);
      if (path !== undefined) return { name: tool.name, state: "ok", detail: path };
      return { name: tool.name, state: "missing", detail: `optional; without it ${tool.without}` };
    }),
  );
}

async function findTool({ variable, programs, folders = [] }: Tool): Promise<string | undefined> {
  const given = variable === undefined ? undefined : process.env[variable];
  if (given) return (await isThere(given)) ? given : undefined;
  const searched = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const pattern of folders) {
    if (!pattern.includes("*")) searched.push(pattern);
    else for await (const folder of glob(pattern)) searched.push(folder);
  }
  const ending = process.platform === "win32" ? ".exe" : "";
  for (const folder of searched)
    for (const program of programs) {
      const path = join(folder, `${program}${ending}`);
      if (await isThere(path)) return path;
    }
  return undefined;
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
