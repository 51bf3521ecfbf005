// Programs that only pretend to be a platform's tools, and keep what they were asked.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { build as bundle } from "esbuild";

export interface Tools {
  readonly folder: string;
  readonly calls: () => readonly (readonly string[])[];
  /** What stands, as the double keeps it. */
  readonly state: <Thing>() => readonly Thing[];
  readonly forgetCalls: () => void;
  /** Kills the group of a process with SIGKILL once, when the double of that many calls has done what it was asked. */
  readonly killAfter: (calls: number, group: number) => void;
  readonly dispose: () => void;
}

/**
 * By name: a program of TypeScript, or a line of the shell. They are found before any others from then on;
 * `DOUBLE_FOLDER` is where they keep things.
 */
export async function openTools(tools: Readonly<Record<string, string>>): Promise<Tools> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "faasade-double-")));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, tool] of Object.entries(tools)) {
    const line = tool.endsWith(".ts") ? await bundled(tool, join(folder, `${name}.cjs`)) : tool;
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n${killing}`);
    chmodSync(join(bin, name), 0o755);
  }
  const former = process.env["PATH"];
  process.env["PATH"] = [bin, former].join(delimiter);
  process.env["DOUBLE_FOLDER"] = folder;
  const [log, state] = [join(folder, "log"), join(folder, "state.json")];
  const lines = (): string[] => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  return {
    folder,
    calls: () => lines().map((line) => JSON.parse(line)),
    state: () => (existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : []),
    forgetCalls: () => rmSync(log, { force: true }),
    killAfter: (calls, group) => writeFileSync(join(folder, "kill"), `${calls} ${group}`),
    dispose: () => {
      process.env["PATH"] = former;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const killing = `code=$?
if [ -f "$DOUBLE_FOLDER/kill" ]; then
  read -r calls group < "$DOUBLE_FOLDER/kill"
  if [ "$(wc -l < "$DOUBLE_FOLDER/log")" -ge "$calls" ] && rm "$DOUBLE_FOLDER/kill" 2> /dev/null; then
    kill -9 "-$group"
  fi
fi
exit $code
`;

/** Bundled once: it is started some hundred times. */
async function bundled(source: string, outfile: string): Promise<string> {
  await bundle({ entryPoints: [source], outfile, bundle: true, platform: "node", minify: true });
  return `NODE_COMPILE_CACHE=${outfile}.cache ${JSON.stringify(process.execPath)} ${JSON.stringify(outfile)} "$@"`;
}
