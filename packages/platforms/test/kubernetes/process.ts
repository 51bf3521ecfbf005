// Processes as pods run them, and the small servers that stand around them, all on 127.0.0.1.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { onTestFinished } from "vitest";

export interface Started {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly port: number;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

export async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a file as a pod's container does; killed at the end of the test, if it is still there. */
export async function start(file: string, environment: Readonly<Record<string, string>>): Promise<Started> {
  const port = await freePort();
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file], {
    env: { PATH, NODE_COMPILE_CACHE, PORT: String(port), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece: Buffer) => (output += piece));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, port, origin: `http://127.0.0.1:${port}`, output: () => output, ended };
}

/** The same, once it takes requests. @throws {Error} with what it said, when it ends before. */
export async function startReady(
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<Started> {
  const started = await start(file, environment);
  for (;;) {
    const reply = await fetch(`${started.origin}/.faasade/health`).catch(() => undefined);
    if (reply?.status === 200) return started;
    if (started.child.exitCode !== null) throw new Error(started.output());
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The values that a process wrote as lines of JSON under this name. */
export function saidOf<Value>(started: Started, name: string): Value[] {
  return started
    .output()
    .split("\n")
    .filter((line) => line.startsWith(`{"${name}":`))
    .map((line) => (JSON.parse(line) as Record<string, Value>)[name] as Value);
}

export interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

export interface Sink {
  readonly url: string;
  readonly posted: Posted[];
  /** What it answers from now on. */
  answer: (posted: Posted) => number | Promise<number>;
}

/** A sink that takes what is posted to it, in the place of a Broker. */
export async function openSink(): Promise<Sink> {
  const posted: Posted[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString(), path: request.url ?? "" };
    posted.push(one);
    response.writeHead(await sink.answer(one)).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const sink: Sink = { url: `http://127.0.0.1:${port}/ns/broker`, posted, answer: () => 202 };
  return sink;
}

export async function until(what: () => boolean, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !what(); ) {
    if (Date.now() > deadline) throw new Error(`it did not come to it within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
