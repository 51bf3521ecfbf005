// Requests as they leave a client, and replies as they reach it: nothing is decoded, joined or followed.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface ClientRequest {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  /** Whom the platform itself has authenticated. */
  readonly caller?: string;
}

export interface ClientReply {
  readonly status: number;
  /** Names in lower case, a repeated field once per value. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export type Send = (request: Partial<ClientRequest> & { readonly path: string }) => Promise<ClientReply>;

const patienceMilliseconds = 60_000;

/** @param origin with the path, if any, below which the app is; without a slash at the end. */
export function clientOf(origin: string): Send {
  const { protocol, hostname, port, pathname } = new URL(origin);
  const start = protocol === "https:" ? requestHttps : requestHttp;
  const below = pathname.replace(/\/$/, "");
  return ({ method = "GET", path, query, headers = [], body }) =>
    new Promise((resolve, reject) => {
      const fields = Map.groupBy(headers, ([name]) => name);
      const asked = start(
        {
          method,
          hostname,
          ...(port === "" ? {} : { port }),
          path: `${below}${path}${query === undefined ? "" : `?${query}`}`,
          headers: {
            ...Object.fromEntries([...fields].map(([name, all]) => [name, all.map(([, value]) => value)])),
            "content-length": String(body?.length ?? 0),
          },
          timeout: patienceMilliseconds,
        },
        async (incoming) => {
          try {
            const chunks = await incoming.toArray();
            const { rawHeaders } = incoming;
            resolve({
              status: incoming.statusCode ?? 0,
              headers: rawHeaders.flatMap((name, at) =>
                at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ""] as const] : [],
              ),
              body: Buffer.concat(chunks),
            });
          } catch (error) {
            reject(error);
          }
        },
      );
      asked.on("timeout", () =>
        asked.destroy(new Error(`no answer within ${patienceMilliseconds / 1000} s`)),
      );
      asked.on("error", reject);
      asked.end(body);
    });
}
