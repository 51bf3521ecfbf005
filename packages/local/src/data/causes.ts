// Which journal entry stands behind a trace context: how an event finds its cause.
import { newTraceparent, readTraceparent } from "@faasade/core/adapter";

const remembered = 10_000;

/** Every attempt and request gets a span of its own; what it writes or sends carries that span back here. */
export class Causes {
  readonly #bySpan = new Map<string, string>();

  /** A child of `parent`, or a new root, whose span stands for `id`. */
  open(id: string, parent?: string): string {
    const fresh = newTraceparent(Math.random);
    const known = readTraceparent(parent);
    const traceparent =
      known === undefined ? fresh : `${known.slice(0, 36)}${fresh.slice(36, 52)}${known.slice(52)}`;
    this.#bySpan.set(span(traceparent), id);
    if (this.#bySpan.size > remembered)
      for (const oldest of this.#bySpan.keys()) return this.#forget(oldest, traceparent);
    return traceparent;
  }

  /** The id of what caused something that carries this trace context. */
  find(traceparent: string | undefined): string | undefined {
    return traceparent === undefined ? undefined : this.#bySpan.get(span(traceparent));
  }

  #forget(oldest: string, traceparent: string): string {
    this.#bySpan.delete(oldest);
    return traceparent;
  }
}

function span(traceparent: string): string {
  return traceparent.slice(36, 52);
}
