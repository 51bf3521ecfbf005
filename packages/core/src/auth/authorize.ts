// Enforces a route's `auth`: each kind's own code loads when a route first needs it.
import { FunctionError } from "../error.ts";
import type { LightRequest } from "../http/request.ts";
import type { Host } from "../invoke/host.ts";
import { readSetting } from "../resource/read-settings.ts";
import type { Auth, Principal, Value } from "./auth.ts";

/** Finds a value where it is kept, at call time, because issuers and secrets rotate. */
export type Resolve = (value: Value) => Promise<string>;

export type AuthorizationHost = Pick<Host, "clock" | "configuration" | "secrets" | "http" | "callers">;

/**
 * @throws {FunctionError} `unauthenticated` when the request does not prove who it is; `forbidden` when that is somebody
 *   whom the platform does not let in.
 */
export async function authorize(
  auth: Exclude<Auth, "public">,
  request: LightRequest,
  host: AuthorizationHost,
): Promise<Principal> {
  if (auth === "platform") {
    if (request.platformPrincipal !== undefined) return request.platformPrincipal;
    const { callers } = host;
    if (callers !== undefined) return callers.admit(await authorize(callers.token, request, host));
    throw new FunctionError(
      "unauthenticated",
      "Cannot accept the request: the platform did not authenticate the caller.",
    );
  }
  const resolve: Resolve = (value) => resolveValue(value, host);
  if (auth.kind === "jwt") return (await import("./verify-jwt.ts")).verifyJwt(auth, request, resolve, host);
  return (await import("./verify-signature.ts")).verifySignature(auth, request, resolve, host);
}

async function resolveValue(value: Value, host: AuthorizationHost): Promise<string> {
  if (typeof value === "string") return value;
  if (value.kind === "secret") return host.secrets(value.name);
  return String(await readSetting(value.settings, value.field, host.configuration));
}
