// HTTP between a host and what it runs, and what of it reaches the client.
import { request as httpRequest } from "node:http";

export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | undefined;
}

export interface WireReply {
  readonly status: number;
  /** Names in lower case, a repeated field once per value. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Rejects when the connection is cut before the answer is whole. */
export function exchange(port: number, { method, target, headers, body }: Sent): Promise<WireReply> {
  return new Promise((resolve, reject) => {
    const length: readonly (readonly [string, string])[] =
      body === undefined ? [] : [["content-length", String(body.length)]];
    const fields = [...headers, ...length].flat();
    const options = { host: "127.0.0.1", port, method, path: target, headers: fields, agent: false };
    const request = httpRequest(options, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        resolve({ status, headers: pairsOf(response.rawHeaders), body: Buffer.concat(pieces) });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

export function pairsOf(raw: readonly string[]): (readonly [name: string, value: string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? ""] as const] : []));
}

/** What the balancer in front does: it says where the client was going, and speaks for nobody but whom it knows. */
export function forwarded(
  headers: readonly (readonly [string, string])[],
  { host, protocol, caller }: Front,
): (readonly [string, string])[] {
  const own = headers.filter(([name]) => !/^(x-ms-client-principal|host$)/i.test(name));
  return [
    ["host", "127.0.0.1"],
    ["x-forwarded-host", host],
    ["x-forwarded-proto", protocol],
    ...own,
    ...(caller === undefined ? [] : [["x-ms-client-principal-id", caller] as const]),
  ];
}

/** Where clients reach the app, and as whom one was authenticated. */
export interface Front {
  readonly host: string;
  readonly protocol: "http" | "https";
  readonly caller?: string | undefined;
}
