// Requests as Google's front end sends them to a container, and what it takes from the answer.
import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import type { Answer, ClientReply } from "../../column.ts";

/** A request to one of the app's two services. */
export interface Sent {
  readonly service: "http" | "events";
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | undefined;
}

/** One event for one function. */
export function post(
  functionName: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Sent {
  return {
    service: "events",
    method: "POST",
    target: `/.faasade/events/${functionName}`,
    headers: Object.entries({ authorization: "Bearer e30.e30.SIGNATURE_REMOVED_BY_GOOGLE", ...headers }),
    body: Buffer.from(body as string),
  };
}

/** Rejects when the connection is cut before the answer is whole. */
export function send(port: number, { method, target, headers, body }: Sent): Promise<ClientReply> {
  const fields: OutgoingHttpHeaders = {};
  for (const [name, value] of headers) fields[name] = [...([fields[name] ?? []].flat() as string[]), value];
  if (body !== undefined) fields["content-length"] = String(body.length);
  return new Promise((resolve, reject) => {
    const how = { host: "127.0.0.1", port, method, path: target, headers: fields, agent: false };
    const request = httpRequest(how, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece)).on("error", reject);
      response.on("end", () => {
        const { rawHeaders, statusCode: status = 0 } = response;
        const pairs = rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] as string] as const] : [],
        );
        resolve({ status, headers: pairs, body: Buffer.concat(pieces) });
      });
    });
    request.on("error", reject).end(body);
  });
}

/** The answers to everything that was sent for one event. */
export function repliesOf(answer: Answer): readonly ClientReply[] {
  return "value" in answer ? (answer.value as ClientReply[]) : [];
}
