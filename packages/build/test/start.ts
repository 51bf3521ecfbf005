// Runs things in processes of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Started {
  readonly url: string;
  /** What Node's loader has resolved so far. */
  readonly loaded: () => string[];
}

const listing = `import { registerHooks } from "node:module";
import { writeSync } from "node:fs";
registerHooks({ resolve(specifier, context, next) {
  const resolved = next(specifier, context);
  writeSync(2, "loaded " + resolved.url + "\\n");
  return resolved;
} });`;

/** Starts `index.mjs` in a fresh process that may read nothing but its own folder. */
export async function start(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const port = await freePort();
  const list = `data:text/javascript,${encodeURIComponent(listing)}`;
  const child = spawn(
    process.execPath,
    ["--permission", `--allow-fs-read=${folder}`, "--allow-addons", `--import=${list}`, "index.mjs"],
    { cwd: folder, env: { PORT: `${port}`, ...environment }, stdio: ["ignore", "ignore", "pipe"] },
  );
  onTestFinished(() => stop(child));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 30_000; ; await wait(20)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The artefact does not start.\n${said}`);
    if (
      await fetch(`${url}/.faasade/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
  }
  const lines = (): string[] => said.split("\n").filter((line) => line.startsWith("loaded file:"));
  return { url, loaded: () => lines().map((line) => line.slice("loaded ".length)) };
}

/** Builds in a process of its own; `dieAfter` among the options has it killed when it reports such a line. */
export async function buildInChild(
  options: object,
  surroundings: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly code: number | null; readonly said: string }> {
  const program = fileURLToPath(new URL("./build-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    ...surroundings,
    env: { ...process.env, ...surroundings.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => stop(child));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
