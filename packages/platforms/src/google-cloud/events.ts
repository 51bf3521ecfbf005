// What Google posts, as the events that functions get: each kind of trigger has its reader. Loaded where events are taken.
import { type FunctionEntry, LightHeaders, toFunctionError } from "@faasade/core/adapter";
import type { TriggerKind } from "../shared/platform.ts";
import { callType, type EventDecoder } from "../shared/server/events.ts";
import type { GoogleApp } from "./app.ts";
import {
  type Delivered,
  type EntryOf,
  type Posted,
  type Reading,
  readCloudEvent,
  unmatched,
} from "./delivered.ts";
import { readMessage } from "./messages.ts";
import { readObject } from "./objects.ts";
import { readDue } from "./scheduled.ts";
import { traceField, traceparentOf } from "./trace.ts";

type Readers = {
  readonly [Kind in TriggerKind]: (reading: Reading, entry: EntryOf<Kind>, posted: Posted) => Delivered;
};

/** A new kind of trigger does not compile until it is read here. */
const readers: Readers = {
  http: (_, { name }) => {
    throw unmatched("an event", `${name} is started by requests.`);
  },
  call: (_reading, _entry, posted) => ({ event: readCloudEvent(posted) }),
  schedule: readDue,
  object: readObject,
  message: readMessage,
};

export function decoderOf({ app, urlOf, note, refused }: GoogleApp): EventDecoder {
  const entries = new Map(app.functions.map((entry) => [entry.name, entry]));
  const reading: Reading = { app: app.name, urlOf };
  return (_, name, source, body) => {
    const headers = new LightHeaders(source);
    const sent = headers.get("traceparent");
    const translated = sent === null ? traceparentOf(headers.get(traceField)) : undefined;
    try {
      const { event, attempt } = read(reading, entries.get(name), name, { source, headers, body });
      if (attempt !== undefined || translated !== undefined)
        note(event, {
          ...(attempt === undefined ? {} : { attempt }),
          ...(translated === undefined ? {} : { traceparent: translated }),
        });
      return event;
    } catch (thrown) {
      refused(name, toFunctionError(thrown).message, sent ?? translated);
      throw thrown;
    }
  };
}

function read(reading: Reading, entry: FunctionEntry | undefined, name: string, posted: Posted): Delivered {
  if (entry === undefined)
    throw unmatched(
      `an event for ${name.slice(0, 100)}`,
      `${reading.app} has no function of that name here.`,
    );
  const { kind } = entry.trigger;
  const delivered = (readers[kind] as Readers["call"])(reading, entry as EntryOf<"call">, posted);
  if (delivered.event.type !== callType || kind === "call") return delivered;
  throw unmatched(`the call ${delivered.event.id}`, `${name} is started by ${kind}.`);
}
