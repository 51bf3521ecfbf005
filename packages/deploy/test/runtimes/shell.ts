// Commands as somebody would run what was printed: by a shell, one after the other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";

/**
 * @param programs a folder that is looked into before those of the path
 * @returns what they said. @throws {Error} with that, at the first command that fails.
 */
export async function shell(
  commands: readonly string[],
  programs: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const env = { ...process.env, ...environment, PATH: [programs, process.env["PATH"]].join(delimiter) };
  const child = spawn("sh", ["-euc", commands.join("\n")], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`It ended with ${code}:\n${said}`);
  return said;
}
