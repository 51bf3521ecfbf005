// Events as Google's services post them.
import type { Sent } from "../http-and-events.ts";

/** One event for one function. */
export function post(
  functionName: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Sent {
  return {
    service: "events",
    method: "POST",
    target: `/.faasade/events/${functionName}`,
    headers: Object.entries({ authorization: "Bearer e30.e30.SIGNATURE_REMOVED_BY_GOOGLE", ...headers }),
    body: Buffer.from(body as string),
  };
}
