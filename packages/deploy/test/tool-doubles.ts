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
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
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
    dispose: () => {
      process.env["PATH"] = former;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bundled once: it is started some hundred times. */
async function bundled(source: string, outfile: string): Promise<string> {
  await bundle({ entryPoints: [source], outfile, bundle: true, platform: "node", minify: true });
  return `NODE_COMPILE_CACHE=${outfile}.cache exec ${JSON.stringify(process.execPath)} ${JSON.stringify(outfile)} "$@"`;
}
