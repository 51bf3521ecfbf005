// Learns what an app's functions are, in a process of its own, so that nothing of them runs in the builder.
import { fork } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FunctionDescription, TriggerOutline } from "@faasade/core/adapter";
import { Refusal } from "@faasade/platforms/shared/refusal";

export interface DescribedFunction {
  /** Relative to the root, with "/". */
  readonly file: string;
  readonly description: FunctionDescription;
  readonly outline: TriggerOutline;
}

export type DescribingReply =
  | { readonly functions: readonly DescribedFunction[] }
  | { readonly problem: string };

const deadlineSeconds = 60;

/** In the order of their names. @throws {Error} when there is no such app, or a function does not load. */
export async function describeApp(root: string, app: string): Promise<readonly DescribedFunction[]> {
  const files = await functionFiles(root, app);
  const reply = await ask(root, app, files);
  if ("problem" in reply) throw new Error(`Cannot build ${app}: ${reply.problem}`);
  return reply.functions;
}

async function functionFiles(root: string, app: string): Promise<string[]> {
  const folder = `apps/${app}/src/functions`;
  const found = await readdir(join(root, folder)).catch(() => undefined);
  if (found === undefined || !/^[a-z0-9-]+$/.test(app)) {
    const apps = (await readdir(join(root, "apps")).catch(() => [])).sort().join(", ") || "none";
    throw new Refusal(
      `Cannot build ${app}: there is no such app in ${join(root, "apps")}. There are: ${apps}.`,
    );
  }
  const files = found.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).sort();
  if (files.length === 0)
    throw new Refusal(`Cannot build ${app}: ${folder} holds no function. Add a file that defines one.`);
  return files.map((name) => `${folder}/${name}`);
}

function ask(root: string, app: string, files: readonly string[]): Promise<DescribingReply> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./child.ts", import.meta.url)), [root, ...files], {
      cwd: root,
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    const refuse = (reason: string): void =>
      reject(new Error(`Cannot build ${app}: its functions do not load. ${reason}`));
    const timer = setTimeout(() => {
      refuse(`They took more than ${deadlineSeconds} s. Let no file do work when it is imported.`);
      child.kill("SIGKILL");
    }, deadlineSeconds * 1000);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on("message", (reply: DescribingReply) => {
      resolve(reply);
      child.kill();
    });
    child.on("error", (error) => refuse(error.message));
    child.on("close", () => {
      clearTimeout(timer);
      refuse(said.trim() || "Their process ended without a word.");
    });
  });
}
