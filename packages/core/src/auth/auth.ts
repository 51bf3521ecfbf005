// Who may ask: each http route says it, the pipeline enforces it, `event.principal` says who came.
import type { HttpRequest } from "../http/request.ts";
import type { Secret } from "../resource/secret.ts";
import type { SettingReference } from "../resource/settings.ts";

/** Anyone; whoever the platform lets through; the bearer of a token; the holder of a shared secret. */
export type Auth = "public" | "platform" | JwtAuth | SignatureAuth;

/** A value written down, or where to find it when it is needed. */
export type Value = string | SettingReference | Secret;

export interface JwtAuth {
  readonly kind: "jwt";
  readonly issuer: Value;
  readonly audience: Value;
  /** Where the issuer publishes its keys. Default: `<issuer>/.well-known/jwks.json`. */
  readonly jwksUrl: Value | undefined;
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
}

export interface SignatureAuth {
  readonly kind: "signature";
  /** Any of these may have signed, so that a secret can be rotated. */
  readonly secrets: readonly (SettingReference | Secret)[];
  /** The header that carries the signature, lower case. */
  readonly header: string;
  /** What stands before the signature in the header, such as `sha256=`. */
  readonly prefix: string;
  readonly encoding: "hex" | "base64" | "base64url";
  /** What the sender signed; the raw body when absent. */
  readonly signed: ((request: HttpRequest, body: Uint8Array) => string | Uint8Array) | undefined;
  /** Only for schemes that sign a timestamp: its header (epoch seconds) and how far it may be off. */
  readonly timestamp: { readonly header: string; readonly toleranceSeconds: number } | undefined;
}

/** Who asked, as far as the route's `auth` established it. */
export interface Principal {
  readonly kind: "public" | "platform" | "jwt" | "signature";
  /** The token's subject, or what the platform calls the caller. */
  readonly subject?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}
