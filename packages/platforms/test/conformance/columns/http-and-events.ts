// An app as two HTTP services, one for the public and one for what the platform posts: how they are asked, and answer.
import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import type { Answer, ClientReply, HttpWay, Running } from "../column.ts";

/** A request to one of the app's two services. */
export interface Sent {
  readonly service: "http" | "events";
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | undefined;
}

/** A server of the app. */
export interface Service {
  readonly port: number;
  drain(seconds: number): Promise<void>;
}

/** Requests as they are, to the service for the public. */
export function plainHttp(title: string): HttpWay {
  return {
    title,
    differences: { maxReplyBytes: Number.POSITIVE_INFINITY, noCaller: true },
    encode: ({ method, path, query, headers = [], body }): Sent[] => [
      { service: "http", method, target: query === undefined ? path : `${path}?${query}`, headers, body },
    ],
    decode: (answer) => repliesOf(answer)[0] ?? { status: 502, headers: [], body: new Uint8Array() },
  };
}

/** What is delivered goes to the service it is for; its value is all the replies. */
export function running(services: Readonly<Record<Sent["service"], Service>>): Running {
  return {
    deliver: async (native: unknown): Promise<Answer> => {
      try {
        const all = native as Sent[];
        return { value: await Promise.all(all.map((sent) => send(services[sent.service].port, sent))) };
      } catch (thrown) {
        return { thrown };
      }
    },
    close: async () => void (await Promise.all(Object.values(services).map((service) => service.drain(0)))),
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
