// A client of the control interface: everything the command can say to a running world.
import type { IncomingMessage } from "node:http";
import { type Home, type HostRecord, readHostRecord } from "../home.ts";
import type {
  Chaos,
  ClockState,
  DeadLetterEntry,
  InvokeReply,
  InvokeRequest,
  JournalEntry,
  LogLine,
  MailContent,
  MailSummary,
  ObjectPage,
  Status,
  World,
} from "./api.ts";
import { ask, objectPath, query, readEvents, readText } from "./ask.ts";

export { type Home, type HostRecord, homeAt, readHostRecord } from "../home.ts";
export type * from "./api.ts";
export { ControlError } from "./ask.ts";
export { chooseName } from "./choose-name.ts";

export type StreamEvent =
  | { readonly event: "world"; readonly data: World }
  | { readonly event: "entry"; readonly data: JournalEntry }
  | { readonly event: "log"; readonly data: LogLine };

export type ClockChange =
  | { readonly advanceSeconds: number }
  | { readonly set: string }
  | { readonly reset: true };

export interface SendOptions {
  readonly delaySeconds?: number;
  readonly unchecked?: boolean;
}

export interface PublishOptions {
  readonly key?: string;
  readonly unchecked?: boolean;
}

/** How long a world may be too busy to say that it is there. */
const answerMilliseconds = 5000;

/**
 * The world that runs on this data, or undefined when none does. Its record alone proves nothing: it outlives a world
 * that was killed, and number and port may be another program's by then. What answers to the token is the world, and so
 * is what keeps silent, as one under heavy load may.
 */
export async function findWorld(
  home: Home,
  patienceMilliseconds = answerMilliseconds,
): Promise<WorldClient | undefined> {
  const record = await readHostRecord(home);
  if (record === undefined) return undefined;
  const signal = AbortSignal.timeout(patienceMilliseconds);
  try {
    await readText(await ask(record, "GET", "clock", { signal }));
  } catch {
    if (!signal.aborted) return undefined;
  }
  return new WorldClient(record);
}

/** Every method throws `ControlError` when the world refuses or cannot be reached. */
export class WorldClient {
  readonly record: HostRecord;

  constructor(record: HostRecord) {
    this.record = record;
  }

  /** The page's address with the start's token: whoever has it may do everything here. */
  get pageUrl(): string {
    return `${this.record.page}/#token=${this.record.token}`;
  }

  status(): Promise<Status> {
    return this.#json("GET", "status");
  }

  world(): Promise<World> {
    return this.#json("GET", "world");
  }

  /** Newest last. */
  async events(filter: { after?: number; limit?: number; app?: string }): Promise<readonly JournalEntry[]> {
    return (await this.#json<{ entries: JournalEntry[] }>("GET", `events${query(filter)}`)).entries;
  }

  /** Newest last. */
  async logs(filter: { app?: string; limit?: number }): Promise<readonly LogLine[]> {
    return (await this.#json<{ lines: LogLine[] }>("GET", `logs${query(filter)}`)).lines;
  }

  /**
   * What happens from now on, the journal's entries behind `after` first. Ends when the world cuts the connection: it
   * stops, or this reader is too slow for it.
   */
  async *stream(options: { after?: number; signal?: AbortSignal } = {}): AsyncGenerator<StreamEvent> {
    const { after, signal } = options;
    const incoming = await ask(this.record, "GET", `stream${query({ after })}`, { signal });
    yield* readEvents(incoming) as AsyncGenerator<StreamEvent>;
  }

  invoke(request: InvokeRequest): Promise<InvokeReply> {
    return this.#json("POST", "invoke", request);
  }

  /** Runs a scheduled function now. @returns the event's id. */
  async run(functionName: string): Promise<string> {
    return (await this.#json<{ id: string }>("POST", "run", { function: functionName })).id;
  }

  /** What the queue's schema refuses is sent only `unchecked`. @returns the message's id. */
  async send(queue: string, data: unknown, options: SendOptions = {}): Promise<string> {
    return (await this.#json<{ id: string }>("POST", "send", { queue, data, ...options })).id;
  }

  /** What the topic's schema refuses is published only `unchecked`. @returns the message's id. */
  async publish(topic: string, data: unknown, options: PublishOptions = {}): Promise<string> {
    return (await this.#json<{ id: string }>("POST", "publish", { topic, data, ...options })).id;
  }

  sql(
    database: string,
    text: string,
    params: readonly unknown[] = [],
  ): Promise<{ rows: readonly Record<string, unknown>[]; count: number }> {
    return this.#json("POST", "sql", { database, query: text, params });
  }

  /** Newest first. */
  async deadLetters(filter: { queue?: string; limit?: number }): Promise<readonly DeadLetterEntry[]> {
    const path = `dead-letters${query(filter)}`;
    return (await this.#json<{ deadLetters: DeadLetterEntry[] }>("GET", path)).deadLetters;
  }

  /** All when nothing is said. @returns how many go back to their queue. */
  async replay(which: { queue?: string; ids?: readonly string[] } = {}): Promise<number> {
    return (await this.#json<{ replayed: number }>("POST", "dead-letters/replay", which)).replayed;
  }

  /** For good. All when nothing is said; the journal keeps who did it and why. @returns how many are gone. */
  async discard(which: {
    queue?: string;
    ids?: readonly string[];
    by?: string;
    why?: string;
  }): Promise<number> {
    return (await this.#json<{ discarded: number }>("POST", "dead-letters/discard", which)).discarded;
  }

  /** The newest first. */
  async mails(filter: { app?: string; limit?: number } = {}): Promise<readonly MailSummary[]> {
    return (await this.#json<{ mails: MailSummary[] }>("GET", `mails${query(filter)}`)).mails;
  }

  mail(id: string): Promise<MailContent> {
    return this.#json("GET", `mails/${encodeURIComponent(id)}`);
  }

  clock(): Promise<ClockState> {
    return this.#json("GET", "clock");
  }

  moveClock(change: ClockChange): Promise<ClockState> {
    return this.#json("POST", "clock", change);
  }

  setChaos(change: Partial<Chaos>): Promise<Chaos> {
    return this.#json("POST", "chaos", change);
  }

  /** Asks the world to stop; it goes on for a moment while it closes its data. */
  async stop(): Promise<void> {
    await this.#json("POST", "stop", {});
  }

  /** `store` is qualified: `app/store`. */
  listObjects(
    store: string,
    filter: { prefix?: string; after?: string; limit?: number } = {},
  ): Promise<ObjectPage> {
    return this.#json("GET", `objects/${store}${query(filter)}`);
  }

  /** The object's bytes as they arrive; its type, size and etag stand in `headers`. */
  getObject(store: string, key: string): Promise<IncomingMessage> {
    return ask(this.record, "GET", objectPath(store, key));
  }

  async putObject(
    store: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    { contentType, size }: { contentType?: string; size?: number } = {},
  ): Promise<{ etag: string }> {
    const headers = {
      ...(contentType === undefined ? {} : { "content-type": contentType }),
      ...(size === undefined ? {} : { "content-length": size }),
    };
    const incoming = await ask(this.record, "PUT", objectPath(store, key), { body, headers });
    return JSON.parse(await readText(incoming)) as { etag: string };
  }

  async removeObject(store: string, key: string): Promise<void> {
    await this.#json("DELETE", objectPath(store, key));
  }

  async #json<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return JSON.parse(await readText(await ask(this.record, method, path, sent))) as Answer;
  }
}
