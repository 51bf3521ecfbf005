// A POST to a function within the cluster, by a port of this machine and the host it has there, which fetch lets nobody say.
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { CloudEvent } from "@faasade/core";
import { encodeStructured } from "@faasade/core/cloudevents";
import type { StageReply } from "../../stage.ts";

export interface Destination {
  readonly port: number;
  /** What the gateway tells its services apart by; absent where there is none between. */
  readonly host?: string;
  readonly path: string;
}

const longestMilliseconds = 660_000;

/** Its answer as a function's: a problem document is an error. @throws {Error} when nobody answers. */
export async function postEvent(to: Destination, event: CloudEvent): Promise<StageReply> {
  const { contentType, body } = encodeStructured(event);
  const start = performance.now();
  const answer = await new Promise<{ status: number; body: string; type: string }>((resolve, reject) => {
    const { port, host, path } = to;
    const call = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method: "POST",
        headers: { "content-type": contentType, ...(host === undefined ? {} : { host }) },
        timeout: longestMilliseconds,
      },
      (reply) => {
        const { statusCode: status = 0, headers: fields } = reply;
        text(reply).then((body) => resolve({ status, body, type: fields["content-type"] ?? "" }), reject);
      },
    );
    call.once("timeout", () => call.destroy(new Error("it takes too long")));
    call.once("error", ({ message }) =>
      reject(new Error(`Cannot post to ${host ?? "the function"}${path}: ${message}.`)),
    );
    call.end(body);
  });
  const milliseconds = Math.round(performance.now() - start);
  const value = readBody(answer.body, answer.type);
  if (answer.status >= 200 && answer.status < 300) return { ok: true, reply: value, milliseconds };
  const { code, detail, title } = Object(value) as Readonly<Record<string, unknown>>;
  const message = String(detail ?? title ?? `it answers ${answer.status}`);
  return { ok: false, error: { code: String(code ?? `http_${answer.status}`), message }, milliseconds };
}

function readBody(body: string, type: string): unknown {
  if (body === "") return undefined;
  if (!/json/i.test(type)) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
