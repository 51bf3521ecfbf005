// The sink of last resort: writes every event that was given up to the log, whole, so that it can be sent again.
import { FunctionError, type Reply } from "@faasade/core";
import { type App, type HttpDelivery, LightRequest, problem, toFunctionError } from "@faasade/core/adapter";
import { decodeHttp, encodeStructured } from "@faasade/core/cloudevents";
import type { Artefact } from "../shared/artefact.ts";
import { processHost } from "../shared/host.ts";
import { endWhenTold } from "../shared/process/until-told.ts";
import { serveApp } from "../shared/server/index.ts";
import { deadLetterPath } from "./paths.ts";
import type { KnativeOptions } from "./runtime.ts";

const maxEventBytes = 16 << 20;

/** Serves until SIGTERM. The extensions `knativeerrordest`, `-code` and `-data` of an event say why it was given up. */
export async function runDeadLetters(artefact: Artefact, { log }: KnativeOptions = {}): Promise<void> {
  const host = processHost(artefact, log === undefined ? {} : { log });
  const http = async (delivery: HttpDelivery): Promise<Reply> => {
    try {
      if (delivery.target !== deadLetterPath)
        throw new FunctionError("not_found", `Cannot answer: dead letters are taken at ${deadLetterPath}.`);
      const request = new LightRequest(delivery);
      request.limitBody(maxEventBytes);
      for (const event of [decodeHttp(delivery.headers, await request.bytes())].flat()) {
        const structured: unknown = JSON.parse(encodeStructured(event).body);
        const fields = { event: structured };
        const message = `${event.id} is a dead letter`;
        const about = { function: "", invocation: "", traceparent: "" };
        host.log({ time: host.clock.now(), level: "error", message, fields, ...about });
      }
      return { status: 204, headers: {}, body: undefined };
    } catch (thrown) {
      return problem(toFunctionError(thrown));
    }
  };
  const app: App = {
    name: artefact.app,
    functions: [],
    http,
    events: async () => ({ ok: true, reply: { failed: [] } }),
    call: async () => ({ ok: true, reply: undefined }),
    close: async () => {},
  };
  const server = await serveApp(app, { listen: { port: Number(process.env["PORT"] ?? 8080) } });
  endWhenTold(() => server.drain(10));
}
