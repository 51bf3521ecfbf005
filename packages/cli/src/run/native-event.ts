// The event that `run --event` hands over: as its platform sends it, or wrapped as the platforms' samples are.

export interface GivenEvent {
  readonly event: unknown;
  /** Where a sample comes from, in words; absent for a bare event. */
  readonly sample?: string;
}

/** A sample says where it comes from and how it was obtained, and has the event, or its header fields and body. */
export function unwrapSample(given: unknown): GivenEvent {
  const { source, obtained, event, headers, body } = Object(given) as Readonly<Record<string, unknown>>;
  if (typeof source !== "string" || typeof obtained !== "string") return { event: given };
  const sample = `${source} (${obtained})`;
  if (event !== undefined) return { event, sample };
  return headers === undefined && body === undefined
    ? { event: given }
    : { event: { headers, body }, sample };
}

/** The request that carries an event to what runs the artefact, where each function has an address of its own or not. */
export function requestFor(
  event: unknown,
  functionName: string,
  eventsUrl: string,
): { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  if (!eventsUrl.endsWith("/"))
    return { url: eventsUrl, headers: { "content-type": "application/json" }, body: JSON.stringify(event) };
  const url = `${eventsUrl}${functionName}`;
  if (isRequest(event)) {
    const { headers, body } = event;
    return { url, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
  }
  const headers = { "content-type": "application/cloudevents+json" };
  return { url, headers, body: JSON.stringify(event) };
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function isRequest(event: unknown): event is Request {
  const { headers, ...rest } = Object(event) as Readonly<Record<string, unknown>>;
  return typeof headers === "object" && headers !== null && Object.keys(rest).every((key) => key === "body");
}
