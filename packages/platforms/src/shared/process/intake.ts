// The intake: takes notifications of an S3 store by POST, and hands each change on as an event, to what delivers it.
import { FunctionError, type Reply } from "@faasade/core";
import { type App, type HttpDelivery, LightRequest, problem, toFunctionError } from "@faasade/core/adapter";
import type { Artefact } from "../artefact.ts";
import {
  type AwaitedEvent,
  eventsOf,
  type ObjectWait,
  readNotification,
  storeUrls,
  waitsOf,
} from "../s3/notification.ts";
import { serveApp } from "../server/index.ts";
import { sameSecret } from "./intake-secret.ts";
import type { Sink } from "./intake-sink.ts";
import { endWhenTold } from "./until-told.ts";

export interface IntakeOptions {
  readonly listen: { readonly port: number; readonly host?: string };
  readonly sink: Sink;
  /** What a sender must say as a bearer's token or as the password of basic authentication. */
  readonly secret: string;
  readonly drainSeconds: number;
  /** Told of what could not be passed on. */
  readonly report?: (message: string) => void;
}

/** Where notifications are posted to. */
export const intakePath = "/.faasade/intake/s3";
const maxNotificationBytes = 1 << 20;

/**
 * Serves until SIGTERM. A notification is answered 204 when the sink took every event that it comes to; 503 when that could not be reached for a while. What starts no function of the app is passed over: servers that
 * know one webhook notify of every bucket there.
 */
export async function runIntake(artefact: Artefact, options: IntakeOptions): Promise<void> {
  const waits = readWaits(artefact);
  const events = (notification: unknown): AwaitedEvent[] =>
    readNotification(notification).flatMap((change) =>
      eventsOf(artefact.app, waits, storeUrls(artefact), change),
    );
  const { sink, report = console.error } = options;
  const isSecret = sameSecret(options.secret);
  const answer = async (delivery: HttpDelivery): Promise<Reply> => {
    try {
      const request = new LightRequest(delivery);
      if (request.method !== "POST" || delivery.target.split("?", 1)[0] !== intakePath)
        throw new FunctionError(
          "not_found",
          `Cannot answer: notifications are taken by POST at ${intakePath}.`,
        );
      if (!isSecret(saidSecret(request.headers.get("authorization") ?? "")))
        throw new FunctionError(
          "unauthenticated",
          "Cannot take the notification: its sender did not say the secret.",
        );
      request.limitBody(maxNotificationBytes);
      await sink(events(await request.json()));
      return { status: 204, headers: {}, body: undefined };
    } catch (thrown) {
      const error = toFunctionError(thrown);
      // A sender may look at no answer, so that the log is the only place where a loss is seen.
      if (error.code !== "unauthenticated" && error.code !== "not_found") report(error.message);
      return problem(error);
    }
  };
  const app: App = {
    name: artefact.app,
    functions: [],
    http: answer,
    events: async () => ({ ok: true, reply: { failed: [] } }),
    call: async () => ({ ok: true, reply: undefined }),
    close: async () => {},
  };
  const server = await serveApp(app, { listen: options.listen });
  endWhenTold(() => server.drain(options.drainSeconds));
}

/** `FAASADE_INTAKE` names what others wait for, where each function is an artefact of its own. */
function readWaits({ functions }: Artefact): readonly ObjectWait[] {
  const { FAASADE_INTAKE } = process.env;
  return FAASADE_INTAKE === undefined ? waitsOf(functions) : (JSON.parse(FAASADE_INTAKE) as ObjectWait[]);
}

function saidSecret(authorization: string): string {
  const [, scheme = "", credentials = ""] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return credentials;
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}
