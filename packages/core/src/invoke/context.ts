// The context of one invocation: cheap to make, its costly parts made when first touched.
import type { Ambient, Clock, Ids, Log, LogFields, LogLevel, OutboundHttp, UrlParams } from "../context.ts";
import type { Host } from "./host.ts";
import { newTraceparent, readTraceparent } from "./trace.ts";

export interface InvocationParts {
  readonly functionName: string;
  readonly attempt: number;
  /** As it was sent, whether it is a valid one or not. */
  readonly traceparent: string | null | undefined;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly urlOf: (functionName: string, params?: UrlParams) => string;
}

/** How long before the deadline the signal aborts, so that a function can still answer. */
const graceMilliseconds = 250;

export class InvocationContext implements Ambient {
  readonly clock: Clock;
  readonly random: () => number;
  readonly ids: Ids;
  readonly attempt: number;
  readonly deadline: number;
  readonly urlOf: Ambient["urlOf"];
  readonly #host: Host;
  readonly #functionName: string;
  readonly #sentTraceparent: string | null | undefined;
  #traceparent: string | undefined;
  #id: string | undefined;
  #log: Log | undefined;
  #http: OutboundHttp | undefined;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, parts: InvocationParts) {
    this.#host = host;
    this.#functionName = parts.functionName;
    this.#sentTraceparent = parts.traceparent;
    this.clock = host.clock;
    this.random = host.random;
    this.ids = host.ids;
    this.attempt = parts.attempt;
    this.deadline = parts.deadline;
    this.urlOf = parts.urlOf;
  }

  /** This invocation's id: in its log lines and in problem documents. */
  get invocationId(): string {
    this.#id ??= this.ids.next();
    return this.#id;
  }

  get traceparent(): string {
    this.#traceparent ??= readTraceparent(this.#sentTraceparent) ?? newTraceparent(this.random);
    return this.#traceparent;
  }

  get log(): Log {
    this.#log ??= {
      debug: (message, fields) => this.#write("debug", message, fields),
      info: (message, fields) => this.#write("info", message, fields),
      warn: (message, fields) => this.#write("warn", message, fields),
      error: (message, fields) => this.#write("error", message, fields),
    };
    return this.#log;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      const remaining = this.deadline - this.clock.now();
      const wait = Math.max(0, remaining - Math.min(graceMilliseconds, remaining / 10));
      this.#timer = setTimeout(() => abort.abort(new Error("The deadline is near.")), wait);
      this.#timer.unref?.();
    }
    return this.#abort.signal;
  }

  get http(): OutboundHttp {
    this.#http ??= {
      fetch: (url, request = {}) => {
        const remaining = Math.max(0.001, (this.deadline - this.clock.now()) / 1000);
        const timeoutSeconds = Math.min(request.timeoutSeconds ?? 10, remaining);
        const headers = { traceparent: this.traceparent, ...request.headers };
        return this.#host.http.fetch(url, { ...request, headers, timeoutSeconds });
      },
    };
    return this.#http;
  }

  /** Frees the timer; a signal that was handed out aborts when the invocation did not end well. */
  close(reason?: Error): void {
    clearTimeout(this.#timer);
    if (reason !== undefined) this.#abort?.abort(reason);
  }

  #write(level: LogLevel, message: string, fields?: LogFields): void {
    this.#host.log({
      time: this.clock.now(),
      level,
      message,
      function: this.#functionName,
      invocation: this.invocationId,
      traceparent: this.traceparent,
      ...(fields === undefined ? {} : { fields }),
    });
  }
}
