// Events that Knative gave up, from the log of the service that takes them, and Jobs that failed for good.
import type { CloudEvent } from "@faasade/core";
import { decodeStructured } from "@faasade/core/cloudevents";
import type { StageDeadLetter, StageLogLine } from "../../stage.ts";

export interface DeadEvent {
  readonly letter: StageDeadLetter;
  readonly event: CloudEvent;
}

/** Oldest first; an event that was given up twice counts once, as it was the last time. */
export async function deadEventsIn(lines: AsyncIterable<StageLogLine>): Promise<DeadEvent[]> {
  const found = new Map<string, DeadEvent>();
  for await (const { at, text } of lines) {
    const event = eventIn(text);
    if (event === undefined) continue;
    const name = functionOf(event);
    const letter = {
      id: event.id,
      ...(name === undefined ? {} : { function: name }),
      at,
      reason: reasonOf(event),
      body: JSON.stringify(event.data ?? null),
    };
    found.delete(event.id);
    found.set(event.id, { letter, event });
  }
  return [...found.values()];
}

function eventIn(text: string): CloudEvent | undefined {
  try {
    const { message, fields } = JSON.parse(text) as { message?: string; fields?: { event?: unknown } };
    if (!message?.endsWith("is a dead letter") || fields?.event === undefined) return undefined;
    return decodeStructured(new TextEncoder().encode(JSON.stringify(fields.event)));
  } catch {
    return undefined; // a line of something else
  }
}

/** Knative says where it could not deliver to: `http://…/.faasade/events/<function>`. */
function functionOf({ extensions }: CloudEvent): string | undefined {
  return /\/\.faasade\/events\/([^/?]+)$/.exec(String(extensions["knativeerrordest"] ?? ""))?.[1];
}

function reasonOf({ extensions }: CloudEvent): string {
  const { knativeerrorcode: code, knativeerrordata: data } = extensions;
  const said = typeof data === "string" ? Buffer.from(data, "base64").toString("utf8") : "";
  // Knative says the answer's body in base64 where it was no plain text.
  const text = /^[\p{L}\p{N}\p{P}\p{S}\s]*$/u.test(said) && said !== "" ? said : String(data ?? "");
  return (
    [code === undefined ? "" : `${code}`, text.trim()].filter(Boolean).join(" ") || "it does not say why"
  );
}
