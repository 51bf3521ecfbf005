// A double of the host: it serves the page and speaks the control interface, from data a test may change.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type {
  Chaos,
  ClockState,
  DeadLetterEntry,
  InvokeReply,
  InvokeRequest,
  JournalEntry,
  LogLine,
  World,
} from "@faasade/local/control-api";
import { buildPage } from "../src/index.ts";
import { json, StoreDouble } from "./store.ts";
import { someDeadLetters, someEntries, someLogs, someMail, someWorld } from "./world.ts";

export interface Call {
  readonly method: string;
  /** Path and query below `/control/`. */
  readonly path: string;
  readonly body: string;
  readonly contentType: string | undefined;
}

export class HostDouble implements AsyncDisposable {
  readonly token = "t0ken-of-this-start";
  readonly calls: Call[] = [];
  readonly store = new StoreDouble();
  world: World = someWorld();
  entries: JournalEntry[] = someEntries();
  logs: LogLine[] = someLogs;
  deadLetters: DeadLetterEntry[] = someDeadLetters;
  reply: (request: InvokeRequest) => InvokeReply = () => ({ ok: true, milliseconds: 1 });
  /** Runs when an object was put or something was sent, as the host would put it into the journal. */
  happens: (id: string) => void = () => {};
  /** While set, every request of the control interface is cut off. */
  down = false;
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/#token=${this.token}`;
  }

  callsTo(path: string): Call[] {
    return this.calls.filter((call) => call.path === path || call.path.startsWith(`${path}?`));
  }

  tell(...entries: JournalEntry[]): void {
    this.entries.push(...entries);
    for (const entry of entries) this.push("entry", entry);
  }

  push(event: "world" | "entry" | "log", data: unknown): void {
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  dropStreams(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropStreams();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    if (!url.pathname.startsWith("/control/")) return this.#file(url.pathname, response);
    if (this.down) return void response.destroy();
    const bytes = await buffer(request);
    const path = url.pathname.slice("/control/".length);
    const { method = "GET", headers } = request;
    this.calls.push({
      method,
      path: path + url.search,
      body: bytes.toString(),
      contentType: headers["content-type"],
    });
    if (headers.authorization !== `Bearer ${this.token}`) {
      return json(response, { title: "Not authenticated", detail: "The token is not this start's." }, 401);
    }
    if (path === "stream") return this.#stream(Number(url.searchParams.get("after")), response);
    if (path.startsWith("objects/")) {
      if (method === "PUT") this.happens(path);
      return this.store.answer(method, url, bytes, headers["content-type"] ?? "", response);
    }
    const answer = this.#table(bytes)[`${method} ${path}`];
    if (answer === undefined) return json(response, { title: "Not found" }, 404);
    return json(response, answer());
  }

  #table(bytes: Buffer): Record<string, () => unknown> {
    const body = <T>(): T => JSON.parse(bytes.toString()) as T;
    return {
      "GET world": () => this.world,
      "GET events": () => ({ entries: this.entries }),
      "GET logs": () => ({ lines: this.logs }),
      "GET mails": () => ({ mails: [someMail] }),
      "GET mails/1": () => ({ ...someMail, text: "The coast is clear.", headers: ["Subject: Notice"] }),
      "GET dead-letters": () => ({ deadLetters: this.deadLetters }),
      "POST invoke": () => this.reply(body<InvokeRequest>()),
      "POST run": () => this.#begun("run-1"),
      "POST send": () => this.#begun("message-1"),
      "POST dead-letters/replay": () => ({ replayed: this.#takeLetters(body<{ ids?: string[] }>()) }),
      "POST dead-letters/discard": () => ({ discarded: this.#takeLetters(body<{ ids?: string[] }>()) }),
      "POST clock": () => {
        const { advanceSeconds } = body<{ advanceSeconds?: number }>();
        const ahead =
          advanceSeconds === undefined ? 0 : this.world.clock.aheadMilliseconds + advanceSeconds * 1000;
        const clock: ClockState = {
          now: new Date(Date.now() + ahead).toISOString(),
          aheadMilliseconds: ahead,
        };
        this.world = { ...this.world, clock };
        return clock;
      },
      "POST chaos": () => {
        this.world = { ...this.world, chaos: { ...this.world.chaos, ...body<Partial<Chaos>>() } };
        return this.world.chaos;
      },
    };
  }

  #takeLetters({ ids }: { readonly ids?: readonly string[] }): number {
    const before = this.deadLetters.length;
    this.deadLetters = this.deadLetters.filter(({ id }) => ids !== undefined && !ids.includes(id));
    return before - this.deadLetters.length;
  }

  #begun(id: string): { id: string } {
    this.happens(id);
    return { id };
  }

  #stream(after: number, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": hello\n\n");
    for (const entry of this.entries.filter(({ sequence }) => sequence > after)) {
      response.write(`event: entry\ndata: ${JSON.stringify(entry)}\n\n`);
    }
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const { headers, files } = await buildPage();
    const file = files.get(path);
    if (file === undefined) return void response.writeHead(404).end();
    const { contentType, cacheControl, body } = file;
    response
      .writeHead(200, { ...headers, "content-type": contentType, "cache-control": cacheControl })
      .end(body);
  }
}
