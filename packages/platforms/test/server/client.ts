// Two clients: one that speaks HTTP as it should, and a bare socket that says anything.

import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Served } from "./serve.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** Tells connections apart. */
  readonly localPort: number | undefined;
  json(): unknown;
}

export type Sent = RequestOptions & { readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> };

/** Sends a request and reads the whole answer. A stream goes out chunked, for as long as the connection takes it. */
export async function send({ address }: Served, path: string, options: Sent = {}): Promise<Answer> {
  const { body, ...rest } = options;
  const target = "path" in address ? { socketPath: address.path } : address;
  const request = httpRequest({ ...target, path, agent: false, ...rest });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on("response", (response) => readAnswer(response).then(resolve, reject)).on("error", reject);
  });
  if (typeof body === "object" && !(body instanceof Uint8Array)) {
    const closed = new Promise((resolve) => request.on("close", resolve));
    for await (const chunk of body) {
      await Promise.race([closed, new Promise((resolve) => request.write(chunk, resolve))]);
      if (request.closed) break;
    }
    request.end();
  } else request.end(body);
  return answered;
}

export async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { localPort } = response.socket;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { statusCode: status = 0, headers, rawHeaders } = response;
  const text = body.toString();
  return { status, headers, rawHeaders, body, text, localPort, json: () => JSON.parse(text) };
}

/** An agent that keeps connections, at most this many, until the test is over. */
export function keepAlive(maxSockets = 1): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets });
  onTestFinished(() => agent.destroy());
  return agent;
}

export interface Line {
  readonly socket: Socket;
  /** All that came so far, one character per byte. */
  received(): string;
  say(text: string | Uint8Array): void;
  /** Waits until this came. @throws {Error} with what came instead when the connection closes first. */
  hear(expected: string | RegExp): Promise<string>;
  /** Everything that came until the connection closed. */
  readonly closed: Promise<string>;
}

/** A connection on which anything may be said. */
export async function dial({ address }: Served): Promise<Line> {
  const socket = "path" in address ? connect(address.path) : connect(address.port, address.host);
  let received = "";
  let isClosed = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    received += chunk;
    tell();
  });
  socket.on("error", () => {});
  const closed = new Promise<string>((resolve) =>
    socket.on("close", () => {
      isClosed = true;
      tell();
      resolve(received);
    }),
  );
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    socket,
    closed,
    received: () => received,
    say: (text) => void socket.write(text),
    hear: (expected) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = typeof expected === "string" ? received.includes(expected) : expected.test(received);
          if (!found && !isClosed) return;
          listeners.delete(look);
          if (found) resolve(received);
          else reject(new Error(`Closed before ${expected} came. It said: ${JSON.stringify(received)}`));
        };
        listeners.add(look);
        look();
      }),
  };
}
