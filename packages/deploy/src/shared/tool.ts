// A platform's tool as a process: what it prints, or what it objects to, in words that help.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { explain, type KnownError } from "./explain.ts";

/** On Windows they are scripts, such as gcloud.cmd, which the shell alone starts. */
const scripts: ReadonlySet<string> = new Set(["az", "func", "gcloud"]);

export interface ToolCall {
  /** In words, for whoever reads the error: `ask what stands`. */
  readonly to: string;
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Told each line of what it prints on standard error. */
  readonly report?: (line: string) => void;
  /** Whether standard output is no answer, and is told too. */
  readonly reportsOutput?: boolean;
  readonly signal?: AbortSignal;
}

export interface ToolOutput {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never throws for what the tool refuses. @throws {Error} when it cannot be started. */
export async function tryTool(
  command: string,
  args: readonly string[],
  { to, input, cwd, environment = {}, report, reportsOutput = false, signal }: ToolCall,
  known: readonly KnownError[],
): Promise<ToolOutput> {
  const options: SpawnOptions = {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
  };
  const child =
    process.platform === "win32" && scripts.has(command)
      ? spawn(windowsLine(command, args), { ...options, shell: true })
      : spawn(command, args, options);
  const said = { stdout: "", stderr: "" };
  const [tell, tellOutput] = [lineReader(report), lineReader(reportsOutput ? report : undefined)];
  read(child, "stdout", (text) => {
    said.stdout += text;
    tellOutput(text);
  });
  read(child, "stderr", (text) => {
    said.stderr += text;
    tell(text);
  });
  // One that ended without reading says why on its own.
  child.stdin?.on("error", () => {}).end(input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(signal?.aborted ? error : explain(to, error.message, known)));
    child.once("close", (code) => resolve({ ok: code === 0, ...said }));
  });
}

/** @returns what it prints. @throws {Error} with what would help, when it ends with anything but 0. */
export async function runTool(
  command: string,
  args: readonly string[],
  call: ToolCall,
  known: readonly KnownError[],
): Promise<string> {
  const { ok, stdout, stderr } = await tryTool(command, args, call, known);
  if (ok) return stdout;
  throw explain(call.to, stderr || stdout, known);
}

/** For a POSIX shell. */
export function commandLine(command: string, args: readonly string[]): string {
  return [command, ...args.map(quoted)].join(" ");
}

/** As one word of a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * For cmd.exe, in which each argument is one word to the tool, whatever is in it.
 * @throws {Refusal} for what cannot be said there: a variable would be filled in, or a command begin.
 */
export function windowsLine(command: string, args: readonly string[]): string {
  return [command, ...args.map((text) => windowsWord(command, text))].join(" ");
}

function windowsWord(command: string, text: string): string {
  if (/^[\w./:@+\\-]+$/.test(text)) return text;
  // A quote within ends what quotes protect.
  if (/[%\r\n]/.test(text) || (text.includes('"') && /[&|<>^]/.test(text)))
    throw new Refusal(
      `Cannot run ${command} with ${JSON.stringify(text)}: the shell of Windows would take a part of it for a variable or a command. Choose a value without %, line ends, or quotes beside & | < > ^; or run this in WSL.`,
    );
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}

function read(child: ChildProcess, name: "stdout" | "stderr", take: (text: string) => void): void {
  child[name]?.setEncoding("utf8").on("data", take);
}

function lineReader(report: ToolCall["report"]): (chunk: string) => void {
  if (report === undefined) return () => {};
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") report(line.trimEnd());
  };
}
