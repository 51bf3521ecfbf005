// Who may use the control interface: the holder of the start's token, from this machine, from no other page.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { FunctionError } from "@faasade/core";
import { isLocalHost } from "../local-host.ts";

/** @throws {FunctionError} `forbidden` for a foreign Host or Origin, `unauthenticated` without the token. */
export function checkCaller(request: IncomingMessage, port: number, token: string): void {
  const { host, origin, authorization } = request.headers;
  if (!isLocalHost(host, port))
    throw new FunctionError("forbidden", "Cannot accept the request: its Host is not this machine.");
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new FunctionError(
      "forbidden",
      `Cannot accept the request: it comes from another page (${origin}).`,
    );
  }
  const given = Buffer.from(authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  const hint = "Open the address that `npm run faasade -- status` prints.";
  throw new FunctionError(
    "unauthenticated",
    `Cannot accept the request: the start's token is missing or wrong. ${hint}`,
  );
}
