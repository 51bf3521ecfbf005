// Cross-origin rules, on every reply of a route, errors included.
import type { Cors } from "../trigger/http.ts";
import type { LightHeaders } from "./headers.ts";
import type { Reply } from "./reply.ts";

/**
 * The reply with the fields that let the asking origin read it, where it may. Where origins are named, it says even to
 * who has none that it depends on the origin: a cache may give it to others.
 */
export function withCors(reply: Reply, cors: Cors, headers: LightHeaders): Reply {
  const origin = headers.get("origin");
  if (origin === null && cors.origins === "*") return reply;
  const allowed = origin === null ? undefined : allowOrigin(cors, origin);
  const fields = { ...reply.headers, ...(allowed ?? {}), vary: varyOnOrigin(reply.headers["vary"]) };
  if (allowed === undefined) return { ...reply, headers: fields };
  const expose =
    cors.exposeHeaders === undefined
      ? {}
      : { "access-control-expose-headers": cors.exposeHeaders.join(", ") };
  return { ...reply, headers: { ...fields, ...expose } };
}

/** Answers a preflight; it never loads the function. */
export function preflight(cors: Cors, methods: readonly string[], headers: LightHeaders): Reply {
  const origin = headers.get("origin") ?? "";
  const allowed = allowOrigin(cors, origin);
  if (allowed === undefined) return { status: 403, headers: { vary: "origin" }, body: undefined };
  const fields = {
    ...allowed,
    vary: "origin, access-control-request-method, access-control-request-headers",
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": (cors.allowHeaders ?? ["content-type"]).join(", "),
    "access-control-max-age": String(cors.maxAgeSeconds ?? 600),
  };
  return { status: 204, headers: fields, body: undefined };
}

function allowOrigin(cors: Cors, origin: string): Record<string, string> | undefined {
  if (cors.origins === "*") return { "access-control-allow-origin": "*" };
  if (!cors.origins.includes(origin)) return undefined;
  const credentials = cors.credentials === true ? { "access-control-allow-credentials": "true" } : {};
  return { "access-control-allow-origin": origin, ...credentials };
}

function varyOnOrigin(present: string | readonly string[] | undefined): string {
  return present === undefined ? "origin" : `${[present].flat().join(", ")}, origin`;
}
