/**
 * Runs the commands that Markdown files promise.
 *
 * A block that starts with ```` ```sh run ```` is run line by line through the platform's shell; each line must end
 * with 0. A block ```` ```sh run until="text" ```` holds one command that keeps running: the next block is reached
 * when its output shows the text, and after the file's last block it gets Ctrl-C and must end with 0.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

export interface CommandBlock {
  /** Line of the first command, counted from 1. */
  line: number;
  commands: string[];
  until?: string;
}

export interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** For each command, and for what keeps running: until its text shows, and until it has ended. */
  timeoutSeconds: number;
}

/**
 * The blocks labelled `sh run`, in order; `\\` at a line's end continues it, `#` starts a comment line.
 * @throws {Error} for a label that begins so and goes on otherwise, which would leave the block untested.
 */
export function readCommandBlocks(markdown: string): CommandBlock[] {
  const text = markdown.replaceAll("\r\n", "\n");
  const fence = /^( *)```sh run\b([^\n]*)\n([\s\S]*?)^\1``` *$/gm;
  return [...text.matchAll(fence)].map(({ index, 2: label = "", 3: body = "" }) => {
    const line = text.slice(0, index).split("\n").length + 1;
    const until = /^ until="([^"]+)"$/.exec(label.trimEnd())?.[1];
    if (until === undefined && label.trim() !== "") {
      throw new Error(
        `Cannot run the block at line ${line}: its label is "sh run", or that and until="text".`,
      );
    }
    const commands = body
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .map((command) => command.trim())
      .filter((command) => command !== "" && !command.startsWith("#"));
    return { line, commands, ...(until !== undefined && { until }) };
  });
}

/** @throws {Error} naming the line and command that failed, with what it printed. */
export async function runCommandBlocks(blocks: readonly CommandBlock[], options: RunOptions): Promise<void> {
  const lasting: Run[] = [];
  try {
    for (const { line, commands, until } of blocks) {
      for (const command of commands) {
        if (until === undefined) {
          await endsWith([0], start(command, line, options), options);
          continue;
        }
        const run = start(onWindows ? command : `exec ${command}`, line, options);
        lasting.push(run);
        await shows(run, until, options);
      }
    }
    for (const run of lasting.toReversed()) {
      signal(run, "SIGINT");
      if (onWindows) await run.closed;
      else await endsWith([0, "SIGINT"], run, options);
    }
  } finally {
    for (const run of lasting) signal(run, "SIGKILL");
  }
}

const onWindows = process.platform === "win32";

interface Run {
  title: string;
  child: ChildProcess;
  closed: Promise<unknown>;
  output(): string;
}

/** Starts the command as the leader of a group, as a terminal does. */
function start(command: string, line: number, { cwd, env }: RunOptions): Run {
  const child = spawn(command, {
    cwd,
    env,
    shell: true,
    detached: !onWindows,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { title: `line ${line}: ${command}`, child, closed: once(child, "close"), output: () => output };
}

async function endsWith(
  wanted: readonly (number | string)[],
  run: Run,
  { timeoutSeconds }: RunOptions,
): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const inTime = await Promise.race([run.closed.then(() => true), once(timeout, "abort").then(() => false)]);
  if (!inTime) {
    signal(run, "SIGKILL");
    throw fault(run, `did not end within ${timeoutSeconds} s`);
  }
  const end = run.child.signalCode ?? run.child.exitCode ?? "nothing";
  if (!wanted.includes(end)) throw fault(run, `ended with ${end}`);
}

async function shows(run: Run, text: string, { timeoutSeconds }: RunOptions): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!run.output().includes(text)) {
    if (hasEnded(run)) throw fault(run, `ended before it showed "${text}"`);
    if (performance.now() > deadline) throw fault(run, `did not show "${text}" within ${timeoutSeconds} s`);
    await delay(50);
  }
}

function hasEnded({ child }: Run): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Windows has no Ctrl-C for another console: there the tree of processes is ended. */
function signal(run: Run, name: NodeJS.Signals): void {
  if (hasEnded(run) || run.child.pid === undefined) return;
  if (onWindows) spawn("taskkill", ["/pid", String(run.child.pid), "/t", "/f"], { stdio: "ignore" });
  else process.kill(-run.child.pid, name);
}

function fault(run: Run, what: string): Error {
  return new Error(
    `Cannot keep the promise of ${run.title}\nIt ${what}. It printed:\n${run.output().slice(-4000)}`,
  );
}
