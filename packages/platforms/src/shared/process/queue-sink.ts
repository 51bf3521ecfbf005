// Queues as an intake's sink: each function that waits for an event has one, from which its consumer takes it.
import type { Host } from "@faasade/core/adapter";
import { encodeStructured } from "@faasade/core/cloudevents";
import type { Artefact } from "../artefact.ts";
import type { AwaitedEvent } from "../s3/notification.ts";
import { deliveriesName, openNamed, type Queue } from "./consume-queue.ts";
import { type NotTaken, nameOf, type Sink, untilTaken } from "./intake-sink.ts";

/** The part of the queue port that sends: all or none, and one message of an id while that is kept. */
interface SendingQueue extends Queue {
  send(
    messages: readonly { readonly id: string; readonly body: Uint8Array; readonly contentType: string }[],
  ): Promise<void>;
}

/**
 * @param resource the one whose driver and `<RESOURCE>_URL` say where the queues are.
 * @throws {Error} when the artefact carries no driver for it, or nothing says where it is.
 */
export function queueSink(
  artefact: Artefact,
  resource: string,
  host: Pick<Host, "clock" | "configuration">,
): Sink {
  const open = openNamed(artefact, resource, host, "Cannot take notifications");
  const queues = new Map<string, Promise<SendingQueue>>();
  const queueOf = (name: string): Promise<SendingQueue> => {
    const opened = queues.get(name) ?? (open(deliveriesName(artefact, name)) as Promise<SendingQueue>);
    queues.set(name, opened);
    opened.catch(() => queues.delete(name));
    return opened;
  };
  return async (awaited) => {
    for (const name of new Set(awaited.flatMap(({ functions }) => functions))) {
      const its = awaited.filter(({ functions }) => functions.includes(name));
      const messages = its.map(messageOf);
      const more = its.length > 1 ? ` and ${its.length - 1} more` : "";
      const what = `${its.slice(0, 1).map(nameOf)}${more} to ${name}`;
      await untilTaken(what, () => send(queueOf(name), messages));
    }
  };
}

function messageOf({ event }: AwaitedEvent) {
  const { body, contentType } = encodeStructured(event);
  return { id: event.id, body: Buffer.from(body), contentType };
}

/** Whatever the reason, it is the queue's, not the event's. */
async function send(
  opening: Promise<SendingQueue>,
  messages: Parameters<SendingQueue["send"]>[0],
): Promise<NotTaken | undefined> {
  try {
    await (await opening).send(messages);
    return undefined;
  } catch (error) {
    return { why: (error as Error).message.replace(/\.$/, ""), again: true };
  }
}
