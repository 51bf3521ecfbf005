// What every handler gets besides its resources; none of it says where the function runs.

/** The ambient part of the context: replayable in tests, the same on every platform. */
export interface Ambient {
  readonly log: Log;
  readonly clock: Clock;
  /** A number in [0, 1), from the platform's source or a test's seed. */
  readonly random: () => number;
  readonly ids: Ids;
  /** Aborts shortly before the platform would kill the function. Made on first use. */
  readonly signal: AbortSignal;
  /** 1 on the first delivery, counting up with each redelivery where the platform says. */
  readonly attempt: number;
  /** W3C trace context of this invocation; clients send it along. */
  readonly traceparent: string;
  /** Epoch milliseconds by which the reply must be there. */
  readonly deadline: number;
  /**
   * The public URL of an http function of this app. Parameters the path does not name become the query.
   * @throws {FunctionError} `unsupported` when the app's public origin is not known: set PUBLIC_URL.
   */
  readonly urlOf: (functionName: string, params?: UrlParams) => string;
  /** Outbound HTTP with a deadline; private addresses are refused unless a setting allows them. */
  readonly http: OutboundHttp;
}

export type UrlParams = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Ids {
  /** A new unique id: 26 characters, sortable by time. */
  next(): string;
}

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = keyof Log;

export interface LogRecord {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly function: string;
  readonly invocation: string;
  readonly traceparent: string;
  readonly fields?: LogFields;
}

export interface OutboundRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Default: 10 s, and never past the invocation's deadline. */
  readonly timeoutSeconds?: number;
  /** Default: 10 MiB; a longer reply is an error, not a truncation. */
  readonly maxReplyBytes?: number;
  /** How many redirects to follow; each target is checked again. Default: 5. */
  readonly maxRedirects?: number;
}

export interface OutboundReply {
  readonly status: number;
  readonly ok: boolean;
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  bytes(): Uint8Array;
  text(): string;
  json(): unknown;
}

export interface OutboundHttp {
  /** @throws {FunctionError} `forbidden` for an address that may not be reached, `timeout`, `unavailable`, `too_large`. */
  fetch(url: string | URL, request?: OutboundRequest): Promise<OutboundReply>;
}
