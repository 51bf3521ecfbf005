// Who asks: the operator's own tools and pages, or a page from elsewhere that is open in the operator's browser.

/** Set by the gateway alone; it takes it off whatever clients send. */
export const callerField = "x-faasade-caller";

/** A browser says from where a page asks; tools such as curl say nothing and are the operator's own. */
export function isOperator(origin: string | undefined, own: readonly string[]): boolean {
  return origin === undefined || own.includes(origin);
}
