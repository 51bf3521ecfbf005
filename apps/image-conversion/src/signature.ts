// Signed image URLs: every parameter is under the signature, so none can be changed, added or left out.
import { createHmac, timingSafeEqual } from "node:crypto";
import { FunctionError } from "@faasade/core";
import { type Asked, canonicalText } from "./asked.ts";

/** The signature of what is asked for, base64url. @throws {FunctionError} `unavailable` for a key that can be guessed. */
export function sign(asked: Asked, key: string): string {
  if (key.length >= 16) return createHmac("sha256", key).update(canonicalText(asked)).digest("base64url");
  throw new FunctionError(
    "unavailable",
    "Cannot sign: IMAGE_SIGNING_KEY is shorter than 16 characters. Set a longer one.",
  );
}

/** @throws {FunctionError} `forbidden` when the signature is not of what is asked for, `gone` when its time is over. */
export function verify(asked: Asked, signature: string, key: string, now: number): void {
  const expected = Buffer.from(sign(asked, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new FunctionError("forbidden", "Cannot make the image: the signature is not of this URL.");
  }
  if (asked.expires * 1000 <= now)
    throw new FunctionError("gone", "Cannot make the image: the URL has expired.");
}
