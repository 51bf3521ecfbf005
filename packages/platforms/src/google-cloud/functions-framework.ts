// Google Cloud at run time: a function that Google's functions-framework loads and serves.
import type { IncomingMessage, ServerResponse } from "node:http";
import { FunctionError, type Reply } from "@faasade/core";
import { type HttpDelivery, problem } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { type DeliveryOptions, toDelivery } from "../shared/server/delivery.ts";
import { writeReply } from "../shared/server/write-reply.ts";
import { type GoogleApp, type GoogleOptions, openGoogleApp } from "./app.ts";
import { platformAuthenticates, servedOf } from "./environment.ts";

/** What the framework adds to a request beside `body`, which is what it made of the bytes, and is never looked at. */
export interface FrameworkRequest extends IncomingMessage {
  readonly rawBody?: Uint8Array;
}

const nothingHere = problem(new FunctionError("not_found", "Cannot answer: only events are taken here."));

/**
 * The function to name in `FUNCTION_TARGET`, of the signature `http`. Answers what `FAASADE_SERVE` says, as `serve` of
 * the runtime does. Never throws.
 * @throws {Error} at once, when the environment asks for what there is not.
 */
export function adapt(
  artefact: Artefact,
  options: GoogleOptions = {},
): (request: FrameworkRequest, response: ServerResponse) => Promise<void> {
  const google = openGoogleApp(artefact, options);
  const served = servedOf(process.env);
  const authenticates = platformAuthenticates(process.env);
  const loading = served.events === true ? loadEvents(google) : undefined;

  const answer = async (delivery: HttpDelivery): Promise<Reply> =>
    (await (await loading)?.(delivery)) ?? (served.http === true ? google.app.http(delivery) : nothingHere);
  return async (request, response) => {
    try {
      const delivery = rawDelivery(request, response, authenticates);
      await writeReply(await answer(delivery), request, response, true);
    } catch (thrown) {
      if (request.socket.destroyed) return;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const path = request.url?.split("?", 1)[0];
      const error = new FunctionError("internal", `Cannot answer ${request.method} ${path}: ${reason}`);
      console.error(error.message);
      if (response.headersSent) response.destroy();
      else await writeReply(problem(error), request, response, true);
    }
  };
}

/** Answers what is posted for a function, and nothing else. */
async function loadEvents(
  google: GoogleApp,
): Promise<(delivery: HttpDelivery) => Promise<Reply> | undefined> {
  const [{ answerEvents, eventFunction }, { decoderOf }] = await Promise.all([
    import("../shared/server/events.ts"),
    import("./events.ts"),
  ]);
  const decodeEvents = decoderOf(google);
  return (delivery) => {
    const functionName = eventFunction(delivery);
    return functionName === undefined
      ? undefined
      : answerEvents(google.app, functionName, delivery, { decodeEvents });
  };
}

/** The framework leaves alone, unread and packed, a body without a content type; all others it has read and unpacked. */
function rawDelivery(request: FrameworkRequest, ...rest: [ServerResponse, DeliveryOptions]): HttpDelivery {
  const delivery = toDelivery(request, ...rest);
  const { rawBody } = request;
  if (rawBody === undefined) return delivery;
  const { "content-encoding": encoding, "content-length": length, ...headers } = request.headers;
  // The length is that of the packed body.
  const ofPlain = encoding === undefined && length !== undefined ? { "content-length": length } : {};
  return { ...delivery, headers: { ...headers, ...ofPlain }, body: rawBody };
}
