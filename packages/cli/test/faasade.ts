// The command as a real child process, on a root and a data folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly root: string;
  readonly data: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Starts the command; what it says is gathered while it runs. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(place: Place, args: readonly string[], options: RunOptions = {}) {
    this.child = spawn(process.execPath, [main, ...args], {
      cwd: options.cwd ?? place.root,
      env: environmentFor(place, options.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    // A command that reads nothing ends before its input is written.
    this.child.stdin?.on("error", () => {}).end(options.input);
    this.ended = once(this.child, "close").then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Resolves when the text has come on stdout. @throws {Error} when the command ends first, or after 100 s. */
  async until(text: string): Promise<void> {
    await until(`"${text}" on stdout`, () => {
      if (this.child.exitCode !== null)
        throw new Error(`It ended with ${this.child.exitCode}: ${this.stderr}`);
      return this.stdout.includes(text);
    });
  }
}

export function faasade(place: Place, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Running(place, args, options).ended;
}

/** What a command that should succeed answered in JSON. */
export async function asked<Answer = Record<string, unknown>>(
  place: Place,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Answer> {
  const { code, stdout, stderr } = await faasade(place, args, options);
  if (code !== 0) throw new Error(`faasade ${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

/** Waits for a condition. @throws {Error} after 100 s. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 100_000;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`Cannot go on: ${what} did not come true within 100 s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The environment of the command: this one's, without what people and tests have set for others. */
export function environmentFor({ root, data }: Place, own: RunOptions["env"] = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FAASADE_|VITEST|npm_|INIT_CWD|FORCE_COLOR|NO_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(kept), FAASADE_ROOT: root, FAASADE_DATA: data, ...own };
}
