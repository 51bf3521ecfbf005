// What a store posts to an intake, and how.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Started } from "./process.ts";

export const secret = "a-secret-of-the-test";

const sampleFile = join(import.meta.dirname, "../../src/knative/samples/triggermesh-s3.json");
/** Of `a b+ü.jpg`, below `in/` of `photos-bucket`. */
export const record = (JSON.parse(readFileSync(sampleFile, "utf8")) as { body: Record<string, unknown> })
  .body;

/** The same of another object, or otherwise changed. */
export function recordOf(s3: object, fields: object = {}): object {
  return { ...record, ...fields, s3: { ...(record["s3"] as object), ...s3 } };
}

export function notify(
  { origin }: Pick<Started, "origin">,
  notification: unknown,
  authorization = `Bearer ${secret}`,
): Promise<Response> {
  return fetch(`${origin}/.faasade/intake/s3`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(notification),
  });
}
