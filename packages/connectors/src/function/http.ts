// Calls by POST, as every platform with a server takes them: `https://…/.faasade/events/<function>`.
import { randomUUID } from "node:crypto";
import { FunctionError } from "@faasade/core";
import type { CallDriver } from "@faasade/core/adapter";
import { encodeHttpBinary } from "@faasade/core/cloudevents";
import { GoogleTokens } from "../shared/google/tokens.ts";
import { calleeFailure, unreachable } from "./failure.ts";

/** What a caller takes into memory. */
const mostReplyBytes = 32 * 1024 * 1024;

interface Target {
  readonly url: string;
  /** Of Azure Functions, where the function asks for it. */
  readonly key: string | undefined;
  /** Whom a token of Google's must be for, where Cloud Run asks for one. */
  readonly audience: string | undefined;
}

/**
 * A service of Cloud Run (`*.run.app`, or any with `?audience=`) is shown an identity token of the process's account;
 * a function of Azure the key in `?code=`, as a header, so that it stands in no log of URLs.
 * @throws {TypeError} for a URL it does not understand.
 */
export function open(url: string): CallDriver {
  const { url: address, key, audience } = parseTarget(url);
  const tokens = audience === undefined ? undefined : identityTokens(audience);
  return {
    async call(name, input, { traceparent, signal }) {
      try {
        const { headers, body } = encodeHttpBinary({
          specversion: "1.0",
          id: randomUUID(),
          source: "/call",
          type: "dev.faasade.call",
          datacontenttype: "application/json",
          data: input ?? null,
          extensions: { traceparent },
        });
        const reply = await fetch(address, {
          method: "POST",
          headers: {
            ...headers,
            traceparent,
            ...(key === undefined ? {} : { "x-functions-key": key }),
            ...(tokens === undefined ? {} : { authorization: `Bearer ${await tokens.token()}` }),
          },
          body: body as Uint8Array<ArrayBuffer>,
          signal,
          // A token is for whom it was made.
          redirect: "error",
        });
        return await readReply(name, reply);
      } catch (error) {
        throw unreachable(name, error, signal);
      }
    },
  };
}

export function parseTarget(text: string): Target {
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol))
    throw new TypeError(`the http driver opens http(s) URLs, not ${url.protocol}`);
  if (url.username !== "" || url.password !== "") throw new TypeError("a URL carries no credentials");
  const take = (field: string): string | undefined => {
    const value = url.searchParams.get(field) ?? undefined;
    url.searchParams.delete(field);
    return value;
  };
  const [key, said] = [take("code"), take("audience")];
  const audience = said ?? (url.hostname.endsWith(".run.app") ? url.origin : undefined);
  if ((key ?? audience) !== undefined && url.protocol !== "https:" && !isLoopback(url.hostname))
    throw new TypeError("keys and tokens are shown over https alone");
  return { url: url.href, key, audience };
}

function isLoopback(hostname: string): boolean {
  return hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
}

function identityTokens(audience: string): GoogleTokens {
  return new GoogleTokens(async (account) => {
    const token = await account.identityToken(audience);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || "{}") as {
      exp?: number;
    };
    return { token, seconds: Math.max(0, (claims.exp ?? 0) - Date.now() / 1000) };
  });
}

async function readReply(name: string, reply: Response): Promise<unknown> {
  const text = await readText(name, reply);
  if (reply.ok) return text === "" ? undefined : parse(name, text);
  const isProblem = /^application\/problem\+json/i.test(reply.headers.get("content-type") ?? "");
  if (!isProblem)
    throw new FunctionError("unavailable", `Cannot call ${name}: ${explainStatus(reply.status)}`);
  const { code, detail } = parse(name, text) as { readonly code?: unknown; readonly detail?: unknown };
  const after = Number(reply.headers.get("retry-after") ?? Number.NaN);
  throw calleeFailure(
    name,
    code,
    typeof detail === "string" ? detail : undefined,
    Number.isFinite(after) ? after : undefined,
  );
}

/** What stands before a function answers otherwise than the function does. */
function explainStatus(status: number): string {
  if (status === 401 || status === 403)
    return `access was refused (${status}). The caller's account needs roles/run.invoker there, or the URL its key.`;
  if (status === 404) return "nothing is there (404). Deploy it, or change the URL.";
  return `it answers ${status}.`;
}

async function readText(name: string, reply: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (reply.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > mostReplyBytes)
      throw new FunctionError(
        "too_large",
        `Cannot call ${name}: its reply has more than ${mostReplyBytes} bytes.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FunctionError("internal", `Cannot call ${name}: its reply is not JSON.`, { cause });
  }
}
