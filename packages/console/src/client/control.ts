// The host's control interface, one function per request; the only file that talks to it.
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
  World,
} from "@faasade/local/control-api";
import { token } from "./state.ts";
import { dropToken } from "./token.ts";

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** RFC 3339. */
  readonly modifiedAt: string;
}

export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** What `after` takes for the page that follows; absent on the last one. */
  readonly next?: string;
}

export type ClockChange = { readonly advanceSeconds: number } | { readonly reset: true };

/** Which dead letters; all when nothing is said. */
export interface ReplayRequest {
  readonly queue?: string;
  readonly ids?: readonly string[];
}

export const readWorld = (): Promise<World> => getJson("world");
export const setClock = (change: ClockChange): Promise<ClockState> => postJson("clock", change);
export const setChaos = (chaos: Partial<Chaos>): Promise<Chaos> => postJson("chaos", chaos);
export const invoke = (request: InvokeRequest): Promise<InvokeReply> => postJson("invoke", request);
export const runSchedule = (name: string): Promise<{ id: string }> => postJson("run", { function: name });
export const replay = (request: ReplayRequest): Promise<{ replayed: number }> =>
  postJson("dead-letters/replay", request);

export const discard = (request: ReplayRequest): Promise<{ discarded: number }> =>
  postJson("dead-letters/discard", { ...request, by: "the page" });

/** Without `after` the newest that are kept, newest last. */
export async function readEntries(after?: number): Promise<readonly JournalEntry[]> {
  const query = new URLSearchParams({
    limit: "500",
    ...(after === undefined ? {} : { after: String(after) }),
  });
  return (await getJson<{ entries: JournalEntry[] }>(`events?${query}`)).entries;
}

export async function readLogs(): Promise<readonly LogLine[]> {
  return (await getJson<{ lines: LogLine[] }>("logs?limit=300")).lines;
}

export async function readDeadLetters(): Promise<readonly DeadLetterEntry[]> {
  return (await getJson<{ deadLetters: DeadLetterEntry[] }>("dead-letters?limit=200")).deadLetters;
}

/** The newest first. */
export async function readMails(app: string, limit: number): Promise<readonly MailSummary[]> {
  return (
    await getJson<{ mails: MailSummary[] }>(`mails?${new URLSearchParams({ app, limit: String(limit) })}`)
  ).mails;
}

export const readMail = (id: string): Promise<MailContent> => getJson(`mails/${encodeURIComponent(id)}`);

/** @param topic its qualified name; an empty key is none. */
export function publish(topic: string, key: string, data: unknown): Promise<{ id: string }> {
  return postJson("publish", { topic, data, ...(key === "" ? {} : { key }) });
}

/** @param queue its qualified name. */
export function send(queue: string, data: unknown, unchecked: boolean): Promise<{ id: string }> {
  return postJson("send", { queue, data, ...(unchecked ? { unchecked } : {}) });
}

/** The stream from after the entry `after`; ended by the signal. */
export async function openStream(after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await request(`stream?after=${after}`, {
    signal,
    headers: { accept: "text/event-stream" },
  });
  if (response.body === null) throw new Error("Cannot follow the world: the stream has no body.");
  return response.body;
}

/** @param store qualified: `app/store`. */
export function listObjects(store: string, prefix: string, after?: string): Promise<ObjectPage> {
  const query = new URLSearchParams({ limit: "100", prefix, ...(after === undefined ? {} : { after }) });
  return getJson(`objects/${store}?${query}`);
}

export async function readObject(store: string, key: string): Promise<Blob> {
  return (await request(objectPath(store, key))).blob();
}

export async function deleteObject(store: string, key: string): Promise<void> {
  await request(objectPath(store, key), { method: "DELETE" });
}

/** Uploads with `progress` from 0 to 1; by XMLHttpRequest, because fetch does not tell how much was sent. */
export function putObject(
  store: string,
  key: string,
  file: Blob,
  progress: (done: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const upload = new XMLHttpRequest();
  upload.open("PUT", `/control/${objectPath(store, key)}`);
  upload.setRequestHeader("authorization", `Bearer ${token.value}`);
  upload.setRequestHeader("content-type", file.type || "application/octet-stream");
  upload.upload.onprogress = ({ loaded, total }) => progress(total === 0 ? 1 : loaded / total);
  upload.onerror = () => reject(new Error(`Cannot upload ${key}: the host does not answer.`));
  upload.onload = () => {
    if (upload.status < 300) return resolve();
    if (upload.status === 401) dropToken();
    reject(
      new Error(
        problemOf(upload.responseText) ?? `Cannot upload ${key}: the host answered ${upload.status}.`,
      ),
    );
  };
  upload.send(file);
  return promise;
}

/** The key is one segment, slashes encoded, because a URL would resolve the dots of `a/../b` before it is sent. */
function objectPath(store: string, key: string): string {
  if (["", ".", ".."].includes(key))
    throw new Error(`Cannot name an object ${JSON.stringify(key)}: give it a key.`);
  return `objects/${store}/${encodeURIComponent(key)}`;
}

async function getJson<T>(path: string): Promise<T> {
  return (await request(path)).json() as Promise<T>;
}

async function postJson<T>(path: string, body: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  return (await request(path, { method: "POST", headers, body: JSON.stringify(body) })).json() as Promise<T>;
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token.value}` };
  const response = await fetch(`/control/${path}`, { ...init, headers, cache: "no-store" }).catch(
    (cause: unknown) => {
      throw init.signal?.aborted
        ? cause
        : new Error("The host does not answer. Is it still running?", { cause });
    },
  );
  if (response.ok) return response;
  if (response.status === 401) dropToken();
  throw new Error(problemOf(await response.text()) ?? `The host answered ${response.status} to ${path}.`);
}

/** The words of a problem document (RFC 9457). */
function problemOf(body: string): string | undefined {
  try {
    const { detail, title } = JSON.parse(body) as { detail?: string; title?: string };
    return detail ?? title;
  } catch {
    return undefined;
  }
}
