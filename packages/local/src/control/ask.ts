// One request to the control interface of a running world, and how its refusals read.
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import type { HostRecord } from "../home.ts";

export interface AskOptions {
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal | undefined;
}

/** What the world refused. `status` is HTTP's, 0 when the world cannot be reached at all. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/**
 * Sends a request below `/control/`; the answer's body is still to be read.
 * @throws {ControlError} when the world refuses or cannot be reached; what the body's source threw, as it is.
 */
export async function ask(
  record: HostRecord,
  method: string,
  path: string,
  options: AskOptions = {},
): Promise<IncomingMessage> {
  const { body, headers = {}, signal } = options;
  // Not imported: every command loads this file, and node:http is the heaviest part of it.
  const { request } = process.getBuiltinModule("node:http");
  const { hostname, port } = new URL(record.page);
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      method,
      path: `/control/${path}`,
      agent: false,
      headers: { ...headers, authorization: `Bearer ${record.token}` },
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.on("response", resolve).on("error", reject);
    if (body === undefined || typeof body === "string") outgoing.end(body);
    else pipeline(body, outgoing).catch(reject);
  }).catch((error: NodeJS.ErrnoException) => {
    const isGone = error.syscall === "connect" || error.code === "ECONNRESET" || error.code === "EPIPE";
    if (!isGone) throw error;
    const where = `the local world at ${record.page} (process ${record.pid})`;
    throw new ControlError(0, "unreachable", `Cannot reach ${where}: ${error.message}.`, { cause: error });
  });
  const { statusCode = 0 } = incoming;
  if (statusCode < 400) return incoming;
  const said = await readText(incoming);
  // Refused: what is left of the body need not be sent.
  incoming.socket.destroy();
  throw toError(statusCode, said);
}

/** `?name=value…` of what is defined; empty without. */
export function query(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? "" : `?${text}`;
}

/** @throws {ControlError} for a key that names a folder above: URLs resolve "..", and another object would be meant. */
export function objectPath(store: string, key: string): string {
  const parts = key.split("/");
  if (key === "" || parts.some((part) => part === "." || part === "..")) {
    const why = key === "" ? "it is empty" : '"." and ".." are no parts of a key';
    throw new ControlError(400, "invalid", `Cannot use the key ${JSON.stringify(key)}: ${why}.`);
  }
  return `objects/${store}/${parts.map(encodeURIComponent).join("/")}`;
}

export async function readText(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of incoming.setEncoding("utf8") as AsyncIterable<string>) text += part;
  return text;
}

/** Server-sent events whose data is JSON; ends when the connection does, however it does. */
export async function* readEvents(
  incoming: IncomingMessage,
): AsyncGenerator<{ readonly event: string; readonly data: unknown }> {
  let rest = "";
  try {
    for await (const text of incoming.setEncoding("utf8") as AsyncIterable<string>) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, event] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data = "null"] = /^data: (.*)$/m.exec(block) ?? [];
        if (event !== undefined) yield { event, data: JSON.parse(data) as unknown };
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
  }
}

/** RFC 9457, or whatever else came instead. */
function toError(status: number, text: string): ControlError {
  try {
    const { code, detail, title } = JSON.parse(text) as Record<"code" | "detail" | "title", string>;
    return new ControlError(status, code ?? "internal", detail ?? title ?? text);
  } catch {
    return new ControlError(status, "internal", `The world answered ${status}: ${text.slice(0, 200)}`);
  }
}
