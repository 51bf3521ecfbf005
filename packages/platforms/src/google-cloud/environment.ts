// What the manifest tells an artefact by its environment.
import type { DeliveryOptions } from "../shared/server/delivery.ts";
import type { ServeOptions } from "../shared/server/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const served: Readonly<Record<string, Pick<ServeOptions, "http" | "events">>> = {
  http: { http: true, events: false },
  events: { http: false, events: true },
  "http,events": { http: true, events: true },
};

/** Both in one service only on a machine of one's own: who may ask for a page could post an event. */
export function servedOf({ FAASADE_SERVE = "http" }: Environment): Pick<ServeOptions, "http" | "events"> {
  const found = Object.hasOwn(served, FAASADE_SERVE) ? served[FAASADE_SERVE] : undefined;
  if (found !== undefined) return found;
  throw new Error(
    `Cannot serve: FAASADE_SERVE is "${FAASADE_SERVE}". Set one of: ${Object.keys(served).join(" | ")}.`,
  );
}

/**
 * In a service that IAM guards, Cloud Run has checked the token of every request that arrives.
 * @throws {Error} for what `FAASADE_CALLERS` cannot be.
 */
export function platformAuthenticates({
  FAASADE_CALLERS,
}: Environment): Pick<DeliveryOptions, "platformAuthenticates"> {
  if (FAASADE_CALLERS === "iam") return { platformAuthenticates: () => true };
  if (FAASADE_CALLERS === undefined || FAASADE_CALLERS === "identity-tokens") return {};
  throw new Error(
    `Cannot serve: FAASADE_CALLERS is "${FAASADE_CALLERS}". Set iam or identity-tokens, or leave it out.`,
  );
}
