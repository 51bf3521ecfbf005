// Takes resumable uploads as Cloud Storage documents them, and loses or refuses chunks when it is told to.
// https://cloud.google.com/storage/docs/performing-resumable-uploads
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type Mishap = "lose the chunk" | "lose the answer" | "refuse" | "store a part";

export interface SessionServer {
  readonly endpoint: string;
  /** One for each of the next chunks. */
  readonly mishaps: Mishap[];
  /** What is stored of the one upload. */
  stored(): Buffer;
  isCancelled(): boolean;
  stop(): Promise<void>;
}

const granule = 256 * 1024;

export async function startSessions(): Promise<SessionServer> {
  const mishaps: Mishap[] = [];
  let stored = Buffer.alloc(0);
  let isCancelled = false;
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    endpoint,
    mishaps,
    stored: () => stored,
    isCancelled: () => isCancelled,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === "POST")
      return void response.writeHead(200, { location: `${endpoint}/session` }).end();
    if (request.method === "DELETE") {
      isCancelled = true;
      return void response.writeHead(499).end();
    }
    const [, from, total] =
      /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(request.headers["content-range"] ?? "") ?? [];
    const mishap = from === undefined ? undefined : mishaps.shift();
    if (mishap === "lose the chunk") return void response.destroy();
    if (mishap === "refuse") return void response.writeHead(503).end();
    if (from !== undefined) {
      const body = Buffer.concat(chunks);
      const taken = mishap === "store a part" ? body.subarray(0, 2 * granule) : body;
      if (Number(from) !== stored.length) return void response.writeHead(400).end("a gap");
      stored = Buffer.concat([stored, taken]);
    }
    if (mishap === "lose the answer") return void response.destroy();
    if (String(stored.length) === total) {
      const resource = { name: "a", size: String(stored.length), generation: "1" };
      return void response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(resource));
    }
    const range = stored.length === 0 ? {} : { range: `bytes=0-${stored.length - 1}` };
    response.writeHead(308, range).end();
  }
}
