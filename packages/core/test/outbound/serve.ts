// A real server on 127.0.0.1 for one test.
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from "node:net";
import { onTestFinished } from "vitest";
import type { OutboundHttp } from "../../src/context.ts";
import { createOutboundHttp } from "../../src/http/outbound.ts";

export interface Serving {
  readonly origin: string;
  readonly port: number;
  /** `GET /path?query`, in the order of arrival. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** Serves until the test is over. */
export async function serve(listener: RequestListener): Promise<Serving> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  return { ...(await listen(server, () => server.closeAllConnections())), seen };
}

/** For servers that misbehave below HTTP. */
export async function serveTcp(listener: (socket: Socket) => void): Promise<Serving> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    listener(socket);
  });
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { ...(await listen(server, destroyAll)), seen: [] };
}

async function listen(server: Server | TcpServer, disconnect: () => void): Promise<Omit<Serving, "seen">> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      disconnect();
    });
    return closed;
  };
  onTestFinished(close);
  return { origin: `http://127.0.0.1:${port}`, port, close };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A client that may reach such a server. */
export const loopback = (): OutboundHttp => createOutboundHttp({ allowPrivate: ["127.0.0.1"] });
