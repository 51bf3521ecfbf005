// The light request: Fetch's names, byte-exact, built without touching the global `Request` or `Headers`.
import type { Principal } from "../auth/auth.ts";
import { FunctionError } from "../error.ts";
import { type BodySource, checkLength, type IncomingBody, readPieces, readWhole } from "./body.ts";
import { type HeaderSource, LightHeaders } from "./headers.ts";

/** What an adapter knows of a request before it is routed. */
export interface RequestParts {
  readonly method: string;
  /** The path and query as received, such as `/photos/a%20b.jpg?w=1`, without the platform's own prefix. */
  readonly target: string;
  /** The public origin, such as `https://example.org`, when the platform vouches for it. */
  readonly origin?: string;
  /** The prefix the platform took off the path, such as `/shop`. */
  readonly mount?: string;
  readonly headers: HeaderSource;
  /** The names in `headers` are in lower case, as `node:http` gives them. */
  readonly isLowerCase?: boolean;
  readonly body?: BodySource;
  /** Who the platform says is asking, for routes with `auth: "platform"`. */
  readonly principal?: Principal;
}

/** What a handler sees of a request. */
export interface HttpRequest<Params = Record<string, string>, Body = unknown> {
  readonly method: string;
  /** Absolute; the origin is `http://localhost` where the platform does not say. */
  readonly url: string;
  /** Percent-encoded, without query. */
  readonly path: string;
  readonly headers: LightHeaders;
  readonly query: URLSearchParams;
  readonly params: Params;
  readonly principal: Principal;
  /** The body as it came, byte for byte. @throws {FunctionError} `too_large` past the route's limit. */
  bytes(): Promise<Uint8Array>;
  text(): Promise<string>;
  /** @throws {FunctionError} `invalid` when the body is not JSON or not what the route's schema says. */
  json(): Promise<Body>;
  /** The body in pieces, for what is too large to hold; the limit still holds. Read once. */
  stream(): AsyncIterable<Uint8Array>;
  /** A web `Request`, for code that wants one; making it loads the global class. */
  web(): Promise<Request>;
}

const anyone: Principal = { kind: "public" };

export class LightRequest implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: LightHeaders;
  readonly mount: string;
  params: Record<string, string> = {};
  principal: Principal = anyone;
  readonly platformPrincipal: Principal | undefined;
  readonly origin: string | undefined;
  #search: string;
  #query: URLSearchParams | undefined;
  #body: BodySource;
  #bytes: Promise<Uint8Array> | undefined;
  #maxBodyBytes = Number.POSITIVE_INFINITY;
  #parsed: { value: unknown } | undefined;

  constructor(parts: RequestParts) {
    const split = parts.target.indexOf("?");
    this.method = parts.method;
    this.path = split < 0 ? parts.target : parts.target.slice(0, split);
    this.headers = new LightHeaders(parts.headers, parts.isLowerCase);
    this.origin = parts.origin;
    this.mount = parts.mount ?? "";
    this.platformPrincipal = parts.principal;
    this.#search = split < 0 ? "" : parts.target.slice(split);
    this.#body = parts.body;
  }

  get url(): string {
    return `${this.origin ?? "http://localhost"}${this.mount}${this.path}${this.#search}`;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query;
  }

  /** @throws {FunctionError} `too_large` at once when the declared length is over the limit. */
  limitBody(maxBodyBytes: number): void {
    this.#maxBodyBytes = maxBodyBytes;
    checkLength(this.#body, this.headers.get("content-length"), maxBodyBytes);
  }

  bytes(): Promise<Uint8Array> {
    this.#bytes ??= this.#readBytes();
    return this.#bytes;
  }

  async text(): Promise<string> {
    return decodeUtf8(await this.bytes());
  }

  async json(): Promise<unknown> {
    this.#parsed ??= { value: parseJson(decodeUtf8(await this.bytes())) };
    return this.#parsed.value;
  }

  /** Makes `json()` return what the route's schema made of the body. */
  acceptBody(value: unknown): void {
    this.#parsed = { value };
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const body = this.#bytes === undefined ? this.#body : await this.#bytes;
    if (body === undefined) return;
    if (body instanceof Uint8Array) return yield body;
    this.#body = readBefore;
    yield* readPieces(body, this.#maxBodyBytes);
  }

  async web(): Promise<Request> {
    const hasBody = this.method !== "GET" && this.method !== "HEAD";
    const body = hasBody ? { body: (await this.bytes()) as Uint8Array<ArrayBuffer> } : {};
    return new Request(this.url, { method: this.method, headers: [...this.headers], ...body });
  }

  #readBytes(): Promise<Uint8Array> {
    const body = this.#body ?? new Uint8Array();
    if (body instanceof Uint8Array) return Promise.resolve(body);
    this.#body = readBefore;
    return readWhole(body, this.#maxBodyBytes);
  }
}

const readBefore: IncomingBody = { [Symbol.asyncIterator]: refuseReading };

// biome-ignore lint/correctness/useYield: it only ever refuses
async function* refuseReading(): AsyncGenerator<Uint8Array> {
  throw new FunctionError(
    "internal",
    "Cannot read the body twice: it was streamed; use bytes() to read it more than once.",
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FunctionError("invalid", `Cannot read the body as JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
