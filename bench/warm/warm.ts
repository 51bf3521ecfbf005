// What one CloudEvent costs a running server: 1 KB of JSON, binary, by POST, beside node:http with the parsing by hand.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cpuOf,
  NoServer,
  type Program,
  type Question,
  type Started,
  seesCpu,
  start,
  untilAnswered,
} from "../programs.ts";
import { type Finding, findingsTable, printFindings, publish, readOptions } from "../report.ts";
import { type Contender, type Costs, measureRounds, ratioOf, rowsOf } from "../rounds.ts";
import { body, headers } from "../sample.ts";
import type { Load, Loaded } from "./load.ts";
import { ownPrograms } from "./own.ts";

const servers = join(import.meta.dirname, "servers");
const unit = "µs CPU";
const [bare = "", ...peers] = ["bare node:http, parsing by hand", "fastify", "hono", "h3", "express"];
const [warmUps, requests] = [20_000, 8_000];

/** Prints the ratios of the server's CPU per request, on one connection and on 32. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!seesCpu)
    throw new Error("Cannot measure: the CPU of another process is seen on Linux alone. Run it there.");
  const folder = await realpath(await mkdtemp(join(tmpdir(), "faasade-bench-")));
  const generator = fork(join(import.meta.dirname, "load.ts"));
  const running = new Map<string, { readonly started: Started; readonly path: string }>();
  try {
    for (const program of [...others(), ...(await ownPrograms(folder))]) {
      const path = program.name.startsWith("faasade/") ? "/.faasade/events/take" : "/";
      const started = await startTaking(program, { method: "POST", path, headers, body });
      if (started !== undefined) running.set(program.name, { started, path });
    }
    const contenders = (connections: number): Contender[] =>
      [...running].map(([name, { started, path }]) => ({
        name,
        measure: () => cpuPerRequest(generator, started, path, connections, requests),
      }));
    for (const { started, path } of running.values())
      await cpuPerRequest(generator, started, path, 32, warmUps);
    const sections = [];
    for (const connections of [1, 32]) {
      const findings = findingsOf(await measureRounds(contenders(connections), options.rounds));
      const how = connections === 1 ? "one connection" : `${connections} connections`;
      if (options.json)
        printFindings(
          findings.map((one) => ({ ...one, connections })),
          unit,
        );
      sections.push({ title: `On ${how}, ${options.rounds} rounds:`, table: findingsTable(findings, unit) });
    }
    await publish("warm", sections, options);
  } finally {
    generator.disconnect();
    for (const { started } of running.values()) await started.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function others(): Program[] {
  const program = (name: string, file: string): Program => ({ name, args: [file], folder: servers });
  const first = [program(bare, "bare.mjs"), program("the same, again", "bare.mjs")];
  if (existsSync(join(import.meta.dirname, "../node_modules/fastify")))
    return [...first, ...peers.map((name) => program(name, `${name}.mjs`))];
  console.error("not measured: the peers are not installed; run npm ci in bench/");
  return first;
}

/** Undefined for what takes no CloudEvents, which is named on standard error. */
async function startTaking(program: Program, question: Question): Promise<Started | undefined> {
  const started = await start(program);
  try {
    const { status, body: said } = await untilAnswered(program.name, started, question);
    if (status === 204) return started;
    console.error(`takes no CloudEvents: ${program.name} answers ${status}: ${said.slice(0, 200)}`);
  } catch (error) {
    const why = (error as Error).message.split("\n", 1)[0];
    console.error(error instanceof NoServer ? `left out: ${why}` : `takes no CloudEvents: ${why}`);
  }
  await started.stop();
  return undefined;
}

/** Microseconds of the server's, and of nobody else's. */
async function cpuPerRequest(
  generator: ChildProcess,
  { child, port }: Started,
  path: string,
  connections: number,
  count: number,
): Promise<number> {
  const fields = Object.entries({
    host: `127.0.0.1:${port}`,
    ...headers,
    "content-length": String(body.length),
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const request = `POST ${path} HTTP/1.1\r\n${head}\r\n${body}`;
  const before = (await cpuOf(child)) ?? 0;
  generator.send({ port, request, connections, requests: count } satisfies Load);
  const [{ error }] = (await once(generator, "message")) as [Loaded];
  if (error !== undefined) throw new Error(`Cannot measure ${path}: ${error}`);
  return ((((await cpuOf(child)) ?? 0) - before) * 1000) / count;
}

function findingsOf(costs: Costs): Finding[] {
  return rowsOf(costs, bare).map((row): Finding => {
    const { name, ratio, min, max } = row;
    if (name.startsWith("faasade/")) return { ...row, goal: { ratio, min, max, atMost: 1.1 } };
    if (name !== "fastify") return row;
    const ours = rowsOf(costs, bare).filter((one) => one.name.startsWith("faasade/"));
    const slowest = ours.sort((a, b) => b.ratio - a.ratio)[0];
    if (slowest === undefined) return row;
    return { ...row, goal: { of: "our lead", ...ratioOf(costs, name, slowest.name), atLeast: 1 } };
  });
}
