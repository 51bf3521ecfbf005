// Builds one function aside, starts what was built as its platform does, and stays until it is stopped.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import { platforms } from "@faasade/platforms";
import type { Here } from "@faasade/platforms/shared/here";
import type { Platform } from "@faasade/platforms/shared/platform";
import { unzipSync } from "fflate";
import { partsEnvironment } from "../../../../tools/runtimes/parts.ts";
import type { RunOptions } from "../commands/run.ts";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { readGivenJson } from "../input.ts";
import { findFunctionFile } from "../inspect/find.ts";
import { print, remark } from "../output.ts";

const timeoutSeconds = 60;

/** @throws {CommandFailure} when nothing here runs artefacts of that platform, or the function is not in what was built. */
export async function runFunction(root: string, name: string, options: RunOptions): Promise<void> {
  const { app, file } = await findFunctionFile(root, name);
  const functionName = file.replace(/^.*\/|\.ts$/g, "");
  const platform = await findPlatform(options.as);
  const event = options.event === undefined ? undefined : JSON.stringify(await readGivenJson(options.event));
  const folder = await mkdtemp(join(tmpdir(), "faasade-run-"));
  try {
    const built = await buildHere(root, { app, functionName }, platform, options, folder);
    const artefact = await unpack(built, functionName, join(folder, "artefact"));
    Object.assign(process.env, partsEnvironment());
    const start = await platform.here?.(built.packaging);
    if (start === undefined) throw unavailable(platform);
    const here = await start({
      folder: artefact,
      environment: options.env ?? {},
      timeoutSeconds,
      port: options.port,
      onOutput: (text) => void process.stderr.write(text),
    });
    remark(`${app}/${functionName} runs as ${platform.title} has it, in ${here.by}.`);
    try {
      await (event === undefined ? stay(here) : handOver(here, functionName, event));
    } finally {
      await here.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findPlatform(name: string): Promise<Platform> {
  const load = Object.hasOwn(platforms, name) ? platforms[name] : undefined;
  if (load !== undefined) return load();
  const names = Object.keys(platforms).join(", ");
  throw new CommandFailure(
    exitCodes.refused,
    `Cannot run as ${name}: there is no such platform. There are: ${names}.`,
  );
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
    throw new CommandFailure(
      exitCodes.refused,
      `Cannot run ${name}: ${why}. Choose another with --packaging.`,
    );
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

async function stay({ url, eventsUrl }: Here): Promise<void> {
  print(`Requests  ${url}`);
  print(`Events    POST ${eventsUrl}`);
  print("Stop      Ctrl-C");
  await new Promise<void>((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
}

async function handOver({ eventsUrl }: Here, functionName: string, body: string): Promise<void> {
  const url = eventsUrl.endsWith("/") ? `${eventsUrl}${functionName}` : eventsUrl;
  const type = eventsUrl.endsWith("/") ? "application/cloudevents+json" : "application/json";
  const reply = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
  print(await reply.text());
  if (!reply.ok) process.exitCode = exitCodes.failed;
}

function unavailable({ title }: Platform): CommandFailure {
  return new CommandFailure(
    exitCodes.refused,
    `Cannot run as ${title}: nothing on this machine runs its artefacts. Use npm start for the app itself.`,
  );
}
