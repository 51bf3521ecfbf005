// Who asks: the operator's own tools and pages, or a page from elsewhere that is open in the operator's browser.
import type { IncomingHttpHeaders } from "node:http";

/** Set by the gateway alone; it takes it off whatever clients send. */
export const callerField = "x-faasade-caller";

/**
 * A browser says from where a page asks, by Origin or, for a picture or a link, by Sec-Fetch-Site alone. Tools such as
 * curl say nothing and are the operator's own.
 */
export function isOperator(
  { origin, "sec-fetch-site": site }: IncomingHttpHeaders,
  own: readonly string[],
): boolean {
  return site !== "cross-site" && (origin === undefined || own.includes(origin));
}
