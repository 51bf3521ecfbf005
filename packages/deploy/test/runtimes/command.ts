// The faasade command on a checkout of its own, whose ledgers say what was deployed.
import { fileURLToPath } from "node:url";
import { startProgram } from "../../../platforms/test/runtimes/program.ts";

const main = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));

/** @returns what it printed, on both streams, and its exit code. */
export async function command(
  root: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly said: string; readonly code: number | null }> {
  const program = startProgram(process.execPath, [main, ...args], {
    cwd: root,
    environment: { FAASADE_ROOT: root, ...environment },
  });
  const { code } = await program.exited;
  return { said: program.output(), code };
}

/** What it answered in JSON. @throws {Error} with what it said, when it did not end with 0. */
export async function asked<Answer>(
  root: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { said, code } = await command(root, [...args, "--json"], environment);
  if (code !== 0) throw new Error(`faasade ${args.join(" ")} ended with ${code}: ${said}`);
  return JSON.parse(said) as Answer;
}
