// The closed vocabulary of failures: what a caller sees, and whether the platform should deliver again.

/**
 * Every way a function can fail. `status` is the HTTP status a caller sees; `redeliver` says whether the same
 * delivery may succeed later, so a platform should send it again. 404, 408, 409 and 429 mean "try again" to some
 * platforms: adapters answer events by `redeliver`, never by `status`.
 */
export const errorTable = {
  invalid: { status: 400, redeliver: false, title: "Invalid input" },
  unauthenticated: { status: 401, redeliver: false, title: "Not authenticated" },
  forbidden: { status: 403, redeliver: false, title: "Forbidden" },
  not_found: { status: 404, redeliver: false, title: "Not found" },
  method_not_allowed: { status: 405, redeliver: false, title: "Method not allowed" },
  not_acceptable: { status: 406, redeliver: false, title: "Not acceptable" },
  conflict: { status: 409, redeliver: false, title: "Conflict" },
  gone: { status: 410, redeliver: false, title: "Gone" },
  precondition_failed: { status: 412, redeliver: false, title: "Precondition failed" },
  too_large: { status: 413, redeliver: false, title: "Too large" },
  unsupported_media_type: { status: 415, redeliver: false, title: "Unsupported media type" },
  unprocessable: { status: 422, redeliver: false, title: "Unprocessable content" },
  rate_limited: { status: 429, redeliver: true, title: "Too many requests" },
  internal: { status: 500, redeliver: true, title: "Internal error" },
  unsupported: { status: 501, redeliver: false, title: "Not supported here" },
  unavailable: { status: 503, redeliver: true, title: "Unavailable" },
  timeout: { status: 504, redeliver: true, title: "Timed out" },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** One thing that is wrong, and where: `path` is dotted, such as `items.3.price`, empty for the whole value. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

export interface FunctionErrorOptions {
  readonly cause?: unknown;
  readonly details?: readonly ErrorDetail[];
  /** How long a caller should wait before it tries again, in seconds. */
  readonly retryAfterSeconds?: number;
  /** Header fields a reply must carry, such as `allow` or `www-authenticate`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failure with a meaning. The message of a 4xx reaches the caller; that of a 5xx stays in the log. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: FunctionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get redeliver(): boolean {
    return errorTable[this.code].redeliver;
  }
}

/** Anything thrown, as a `FunctionError`: what has no meaning of its own is `internal`, so redelivered, never lost. */
export function toFunctionError(thrown: unknown): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  // A CloudEvent that cannot be read will not read better the next time.
  if (thrown instanceof Error && thrown.name === "CloudEventError") {
    return new FunctionError("invalid", thrown.message, { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FunctionError("internal", message, { cause: thrown });
}

/** An RFC 9457 problem document; `detail` is left out for 5xx, whose cause is for the log alone. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
  readonly requestId?: string;
}

export function toProblem(error: FunctionError, requestId?: string): Problem {
  const { status, title } = errorTable[error.code];
  return {
    type: "about:blank",
    title,
    status,
    code: error.code,
    ...(status < 500 && error.message !== "" ? { detail: error.message } : {}),
    ...(status < 500 && error.details.length > 0 ? { errors: error.details } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
