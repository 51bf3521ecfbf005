// A request that IAM lets through: signed with the caller's credentials, as AWS Signature Version 4 asks.
import { createHash, createHmac } from "node:crypto";
import type { SignatureV4 } from "@smithy/signature-v4";

/** SHA-256 as the signer wants it, keyed or not. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

type Credentials = ConstructorParameters<typeof SignatureV4>[0]["credentials"];

export async function signedRequest(
  request: Request,
  region: string,
  credentials: Credentials,
): Promise<Request> {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const url = new URL(request.url);
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  const query: Record<string, string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  const signer = new SignatureV4({
    credentials,
    region,
    service: "execute-api",
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query,
    headers: { ...Object.fromEntries(request.headers), host: url.host },
    ...(body === undefined ? {} : { body }),
  });
  const { host: _, ...signed } = headers;
  return new Request(request.url, {
    method: request.method,
    headers: signed,
    redirect: request.redirect,
    ...(body === undefined ? {} : { body }),
  });
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
