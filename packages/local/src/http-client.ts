// A request over a unix socket or named pipe, buffered: how host and apps talk to each other.
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";

export interface SocketRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface SocketReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** @throws {Error} when the other side is not there, goes away, or the signal aborts. */
export function postToSocket(socketPath: string, options: SocketRequest): Promise<SocketReply> {
  const { method = "POST", path, headers = {}, body = "", signal } = options;
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const outgoing = httpRequest(
      {
        socketPath,
        method,
        path,
        headers: { ...headers, "content-length": length, host: "localhost" },
        ...(signal ? { signal } : {}),
      },
      (incoming) => {
        const chunks: Uint8Array[] = [];
        incoming.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("close", () => reject(new Error("The connection closed before the reply was whole.")));
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
