// Starts a function over HTTP, by an event posted to the path at which every server of ours takes them.
import { randomUUID } from "node:crypto";
import type { CloudEvent } from "@faasade/core";
import { encodeStructured } from "@faasade/core/cloudevents";
import type { StageReply } from "../stage.ts";

/** @param authorize adds what the platform wants of a caller. */
export async function postEvent(
  url: string,
  event: CloudEvent,
  authorize: (request: Request) => Promise<Request>,
): Promise<StageReply> {
  const { body, contentType } = encodeStructured(event);
  return post(url, { "content-type": contentType }, body, authorize);
}

export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  authorize: (request: Request) => Promise<Request>,
): Promise<StageReply> {
  const start = performance.now();
  const plain = new Request(url, {
    method: "POST",
    headers: { ...headers },
    body: body as NonNullable<RequestInit["body"]>,
  });
  const reply = await fetch(await authorize(plain)).catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`Cannot reach ${new URL(url).origin}: ${why}. See whether it stands: plan.`);
  });
  const text = await reply.text();
  const milliseconds = Math.round(performance.now() - start);
  if (reply.ok) return { ok: true, milliseconds, ...(text === "" ? {} : { reply: asJson(text) }) };
  const { code = `http_${reply.status}`, detail = `it answered ${reply.status}: ${text.slice(0, 300)}` } =
    (asJson(text) ?? {}) as { code?: string; detail?: string };
  return { ok: false, milliseconds, error: { code, message: detail } };
}

/** What an operator calls a function with. */
export function callEvent(data: unknown): CloudEvent {
  return {
    specversion: "1.0",
    id: randomUUID(),
    source: "/operator",
    type: "dev.faasade.call",
    datacontenttype: "application/json",
    data: data ?? null,
    extensions: {},
  };
}

/** Due this minute. */
export function dueEvent(app: string, name: string): CloudEvent {
  const due = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
  const job = `${app}/${name}`;
  return {
    specversion: "1.0",
    id: `${job}@${due.replace(".000Z", "Z")}`,
    source: `/${job}`,
    type: "dev.faasade.schedule.due",
    time: due,
    datacontenttype: "application/json",
    data: { job, due },
    extensions: {},
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
