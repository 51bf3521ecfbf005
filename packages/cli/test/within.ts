// The command within this process: what it answers and its exit code, without a process for each.
import { run } from "../src/program.ts";
import { type Ended, environmentFor, type Place } from "./faasade.ts";

/** As `faasade` of `faasade.ts`; for commands that read no stdin, wait for no signal and end by themselves. */
export async function within(
  place: Place,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Omit<Ended, "signal">> {
  const before = process.env;
  const written = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      written[name] += typeof text === "string" ? text : Buffer.from(text).toString("utf8");
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  process.env = environmentFor(place, env);
  try {
    const code = await run(args);
    return { code, ...written };
  } finally {
    for (const one of restore) one();
    process.exitCode = undefined;
    process.env = before;
  }
}

/** What a command that should succeed answered in JSON. */
export async function askedWithin<Answer = Record<string, unknown>>(
  place: Place,
  args: readonly string[],
): Promise<Answer> {
  const { code, stdout, stderr } = await within(place, args);
  if (code !== 0) throw new Error(`faasade ${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
