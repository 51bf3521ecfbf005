// Builds one function aside, starts what was built as its platform does, and stays until it is stopped.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import type { ErrorCode } from "@faasade/core";
import { errorTable } from "@faasade/core/adapter";
import { platforms } from "@faasade/platforms";
import type { Here } from "@faasade/platforms/shared/here";
import type { Platform } from "@faasade/platforms/shared/platform";
import { unzipSync } from "fflate";
import { partsEnvironment } from "../../../../tools/runtimes/parts.ts";
import type { RunOptions } from "../commands/run.ts";
import { type CommandFailure, exitCodes, isRefused, refused } from "../exit-code.ts";
import { readGivenJson } from "../input.ts";
import { findFunctionFile } from "../inspect/find.ts";
import { interruptedCode, onInterrupt } from "../interrupt.ts";
import { print, remark } from "../output.ts";
import { workAside } from "./aside.ts";
import { type GivenEvent, requestFor, unwrapSample } from "./native-event.ts";

const timeoutSeconds = 60;

/** @throws {CommandFailure} when nothing here runs artefacts of that platform, or the function is not in what was built. */
export async function runFunction(root: string, name: string, options: RunOptions): Promise<void> {
  const { app, file } = await findFunctionFile(root, name);
  const functionName = file.replace(/^.*\/|\.ts$/g, "");
  const platform = await findPlatform(options.as);
  const given = options.event === undefined ? undefined : unwrapSample(await readGivenJson(options.event));
  const interrupted = onInterrupt();
  await workAside("faasade-run-", async (folder) => {
    const {
      packaging,
      artefact,
      folder: built,
    } = await untilInterrupted(interrupted, async () => {
      const built = await buildHere(root, { app, functionName }, platform, options, folder);
      return { ...built, artefact: await unpack(built, functionName, join(folder, "artefact")) };
    });
    Object.assign(process.env, partsEnvironment());
    const start = await platform.here?.(packaging);
    if (start === undefined) throw unavailable(platform);
    const here = await start({
      folder: artefact,
      built,
      environment: options.env ?? {},
      timeoutSeconds,
      port: options.port,
      onOutput: (text) => void process.stderr.write(text),
    });
    try {
      remark(`${app}/${functionName} runs as ${platform.title} has it, in ${here.by}.`);
      if (given === undefined) await stay(here, interrupted);
      else await Promise.race([handOver(here, functionName, given), ended(interrupted)]);
      if (given !== undefined && interrupted.aborted) process.exitCode = interruptedCode;
    } finally {
      await here.stop();
    }
  });
}

/** What has begun cannot be called off: Ctrl-C ends the process then. */
async function untilInterrupted<Result>(
  interrupted: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const end = (): never => process.exit(interruptedCode);
  interrupted.addEventListener("abort", end);
  try {
    return await work();
  } finally {
    interrupted.removeEventListener("abort", end);
  }
}

function ended(interrupted: AbortSignal): Promise<void> {
  if (interrupted.aborted) return Promise.resolve();
  return new Promise((resolve) => interrupted.addEventListener("abort", () => resolve(), { once: true }));
}

async function findPlatform(name: string): Promise<Platform> {
  const load = Object.hasOwn(platforms, name) ? platforms[name] : undefined;
  if (load !== undefined) return load();
  const names = Object.keys(platforms).join(", ");
  throw refused(`Cannot run as ${name}: there is no such platform. There are: ${names}.`);
}

function buildHere(
  root: string,
  { app, functionName }: { readonly app: string; readonly functionName: string },
  platform: Platform,
  { packaging, driver: drivers }: RunOptions,
  outFolder: string,
): Promise<BuildResult> {
  return buildApp({
    root,
    app,
    only: [functionName],
    platform,
    stage: "here",
    outFolder,
    cpu: process.arch === "arm64" ? "arm64" : "x64",
    report: (line) => remark(`… ${line}`),
    ...(packaging === undefined ? {} : { packaging }),
    ...(drivers === undefined ? {} : { drivers }),
  });
}

/** The folder that the platform would see. */
async function unpack(
  { folder, artefacts, leftOut }: BuildResult,
  name: string,
  into: string,
): Promise<string> {
  const artefact = artefacts.find(({ functions }) => functions.includes(name));
  if (artefact === undefined) {
    const why = leftOut.includes(name) ? "this packaging does not serve what starts it" : "it was not built";
    throw refused(`Cannot run ${name}: ${why}. Choose another with --packaging.`);
  }
  const path = join(folder, artefact.path);
  if (!path.endsWith(".zip")) {
    await cp(artefact.image === undefined ? path : join(folder, artefact.name, "app"), into, {
      recursive: true,
    });
    return into;
  }
  for (const [file, bytes] of Object.entries(unzipSync(await readFile(path)))) {
    await mkdir(dirname(join(into, file)), { recursive: true });
    await writeFile(join(into, file), bytes);
  }
  return into;
}

async function stay({ url, eventsUrl }: Here, interrupted: AbortSignal): Promise<void> {
  print(`Requests  ${url}`);
  print(`Events    POST ${eventsUrl}`);
  print("Stop      Ctrl-C");
  await ended(interrupted);
}

async function handOver({ eventsUrl }: Here, functionName: string, given: GivenEvent): Promise<void> {
  if (given.sample !== undefined) remark(`The event of a sample: ${given.sample}.`);
  const { url, ...request } = requestFor(given.event, functionName, eventsUrl);
  const reply = await fetch(url, { method: "POST", ...request });
  const said = await reply.text();
  print(said);
  if (reply.ok) return;
  const isWrong = isRefused(reply.status) || isRefused(statusOf(said));
  process.exitCode = isWrong ? exitCodes.refused : exitCodes.failed;
}

/** Where a function's error goes by its code alone, as Lambda's do. */
function statusOf(said: string): number | undefined {
  try {
    const { errorType = "" } = Object(JSON.parse(said)) as { readonly errorType?: string };
    return Object.hasOwn(errorTable, errorType) ? errorTable[errorType as ErrorCode].status : undefined;
  } catch {
    return undefined;
  }
}

function unavailable({ title }: Platform): CommandFailure {
  return refused(
    `Cannot run as ${title}: nothing on this machine runs its artefacts. Use npm start for the app itself.`,
  );
}
