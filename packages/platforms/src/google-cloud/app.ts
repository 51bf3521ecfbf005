// An app as Google drives it: what it is told of a delivery beside the event, and of a request's trace.
import type { CloudEvent } from "@faasade/core";
import {
  type App,
  type EventDelivery,
  type Host,
  type HttpDelivery,
  LightHeaders,
  openApp,
  urlVariable,
} from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { deadlineWithin } from "../shared/deadline.ts";
import { type ProcessHostOptions, processHost } from "../shared/host.ts";
import { callersOf } from "./callers.ts";
import { writeEntry } from "./log.ts";
import { traceField, traceparentOf } from "./trace.ts";

type Details = Pick<EventDelivery, "attempt" | "traceparent">;

export interface GoogleOptions extends ProcessHostOptions {
  /** Where the keys of identity tokens are published. Default: where Google does. */
  readonly identityKeysUrl?: string;
}

export interface GoogleApp {
  readonly app: App;
  /** Where a resource is; undefined when nobody said. */
  readonly urlOf: (resource: string) => string | undefined;
  /** Keeps what is known of an event's delivery beside its `traceparent`, until the event is handed to the app. */
  readonly note: (event: CloudEvent, details: Details) => void;
  /** Logs why an event is refused: Google looks at the status alone. */
  readonly refused: (functionName: string, message: string, traceparent?: string) => void;
}

/**
 * @throws {TypeError} when two functions of the artefact claim one route or one name.
 * @throws {Error} when the environment asks for callers with tokens, and does not say of which URL.
 */
export function openGoogleApp(artefact: Artefact, options: GoogleOptions = {}): GoogleApp {
  const { log = writeEntry, identityKeysUrl } = options;
  const host = { ...processHost(artefact, { log }), ...callersOf(process.env, identityKeysUrl) };
  const app = openApp(artefact, host);
  const details = new WeakMap<CloudEvent, Details>();
  const withDetails = <How extends Details>(how: How, event: CloudEvent | undefined): How => {
    const known = event === undefined ? undefined : details.get(event);
    return known === undefined ? how : { ...how, ...known };
  };
  const refused: GoogleApp["refused"] = (name, message, traceparent = "") => {
    const about = { function: name.slice(0, 100), invocation: "", traceparent };
    host.log({ time: host.clock.now(), level: "error", message, ...about });
  };
  return {
    app: {
      ...app,
      http: (delivery) => app.http({ ...traced(delivery), ...deadlineOf(host) }),
      async events(name, delivery) {
        const outcome = await app.events(name, {
          ...withDetails(delivery, delivery.events[0]),
          ...deadlineOf(host),
        });
        for (const { id, error } of outcome.ok ? outcome.reply.failed : [])
          if (!error.redeliver)
            refused(name, `Cannot handle ${id}, now or later (${error.code}): ${error.message}`);
        return outcome;
      },
      call: (name, event, how = {}) =>
        app.call(name, event, { ...withDetails(how, event), ...deadlineOf(host) }),
    },
    urlOf: (name) => host.configuration(urlVariable(name)) ?? artefact.drivers[name]?.url,
    note: (event, known) => void details.set(event, known),
    refused,
  };
}

function traced(delivery: HttpDelivery): HttpDelivery {
  const headers = new LightHeaders(delivery.headers, delivery.isLowerCase);
  if (headers.has("traceparent") || !headers.has(traceField)) return delivery;
  const traceparent = traceparentOf(headers.get(traceField));
  if (traceparent !== undefined) headers.set("traceparent", traceparent);
  return { ...delivery, headers };
}

/** What Cloud Run says of its own limit, which an operator may have lowered; nothing where it does not. */
function deadlineOf({ clock, configuration }: Host): { readonly deadline?: number } {
  const seconds = Number(configuration("CLOUD_RUN_TIMEOUT_SECONDS"));
  return seconds > 0 ? { deadline: deadlineWithin(clock, seconds * 1000) } : {};
}
