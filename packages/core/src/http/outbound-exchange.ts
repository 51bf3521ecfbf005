// One request and its reply over node:http, on connections whose address was checked when they were made.
import type { Agent, IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { FunctionError } from "../error.ts";
import { LightHeaders } from "./headers.ts";
import type { AddressGuard } from "./outbound-guard.ts";

/** Every address of a host name. */
export type Lookup = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly maxReplyBytes: number;
  readonly signal: AbortSignal;
}

export interface ExchangeReply {
  readonly status: number;
  readonly headers: LightHeaders;
  readonly body: Uint8Array;
}

export type Exchange = (request: ExchangeRequest) => Promise<ExchangeReply>;

/** Connections are kept for the next request as long as a server promises, or this long. */
const idleMilliseconds = 5000;
const repeatable = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** @returns what exchanges with any allowed address; it rejects with `forbidden`, `too_large` or Node's own errors. */
export function createExchange(guard: AddressGuard, lookup: Lookup = resolveName): Exchange {
  const http = process.getBuiltinModule("node:http");
  const https = process.getBuiltinModule("node:https");
  const { isIP } = process.getBuiltinModule("node:net");
  const agents = {
    "http:": new http.Agent({ keepAlive: true, timeout: idleMilliseconds }),
    "https:": new https.Agent({ keepAlive: true, timeout: idleMilliseconds }),
  };
  const checkedLookup = checkEvery(lookup, guard);

  function send(request: ExchangeRequest, agent: Agent | false): Promise<ExchangeReply> {
    const { url, method, headers, body, maxReplyBytes, signal } = request;
    const client = url.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent, signal, lookup: checkedLookup };
      let answered = false;
      const outgoing = client.request(url, options, (reply) => {
        answered = true;
        readReply(reply, maxReplyBytes, url).then(resolve, reject);
      });
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        // A kept connection may have died unnoticed, above all while a function was frozen.
        const stale =
          outgoing.reusedSocket && !answered && (error.code === "ECONNRESET" || error.code === "EPIPE");
        if (stale && repeatable.has(method)) resolve(send(request, false));
        else reject(error);
      });
      outgoing.end(body);
    });
  }

  return async (request) => {
    const { url } = request;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // Node looks up names only.
    if (isIP(host) !== 0 && !guard.allows(host, host)) throw forbidden(host);
    return send(request, agents[url.protocol as keyof typeof agents]);
  };
}

/** All addresses are checked in the lookup whose result is connected to, so that a second answer cannot differ. */
function checkEvery(lookup: Lookup, guard: AddressGuard): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname)
      .then((addresses) => {
        if (!addresses.every(({ address }) => guard.allows(address, hostname))) throw forbidden(hostname);
        const wanted = addresses.filter(({ family }) => !options.family || options.family === family);
        if (wanted[0] === undefined) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
        return wanted;
      })
      .then(
        ([...wanted]) =>
          options.all ? callback(null, wanted) : callback(null, wanted[0]!.address, wanted[0]!.family),
        (error: NodeJS.ErrnoException) => callback(error, ""),
      );
  };
}

function resolveName(hostname: string): ReturnType<Lookup> {
  return process.getBuiltinModule("node:dns").promises.lookup(hostname, { all: true });
}

async function readReply(reply: IncomingMessage, maxReplyBytes: number, url: URL): Promise<ExchangeReply> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of reply as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > maxReplyBytes) {
      const message = `Cannot read the reply of ${url.origin}: it is larger than ${maxReplyBytes} bytes.`;
      throw new FunctionError("too_large", message);
    }
    chunks.push(chunk);
  }
  const headers = new LightHeaders(reply.headersDistinct);
  return { status: reply.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}

/** Without the address: a caller may see the message, and internal names are nobody's business. */
function forbidden(host: string): FunctionError {
  return new FunctionError(
    "forbidden",
    `Cannot reach ${host}: its address is not public. If this app may reach it, list it in OUTBOUND_ALLOW_PRIVATE.`,
  );
}
