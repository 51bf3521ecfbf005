// Where a store in Cloud Storage is: `gs://bucket/prefix?endpoint=…`.

export interface GcsTarget {
  readonly bucket: string;
  /** Stands before every key: empty, or ending in a slash. */
  readonly prefix: string;
  /** Of the API. */
  readonly endpoint: string;
  /** An emulator: nobody signs in there, so that no token leaves for a server that is not Google's. */
  readonly isEmulator: boolean;
}

const googles = "https://storage.googleapis.com";

/** @throws {TypeError} for anything it does not understand, credentials above all. */
export function parseTarget(url: string): GcsTarget {
  const { protocol, host, pathname, searchParams, username, password, hash } = new URL(url);
  if (protocol !== "gs:") throw new TypeError(`the gcs driver opens gs: URLs, not ${protocol}`);
  if (username !== "" || password !== "")
    throw new TypeError("a URL carries no credentials: the platform's identity gives them");
  const unknown = [...searchParams.keys()].find((name) => name !== "endpoint");
  if (unknown !== undefined)
    throw new TypeError(`the gcs driver knows no parameter ${unknown}; it knows endpoint`);
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(host) || hash !== "")
    throw new TypeError("the URL names no bucket as gs://bucket/prefix");
  const endpoint = searchParams.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^@/]+$/.test(endpoint))
    throw new TypeError("its endpoint is no origin as http://127.0.0.1:4443");
  const path = decodeURIComponent(pathname).replace(/^\/|\/$/g, "");
  return {
    bucket: host,
    prefix: path === "" ? "" : `${path}/`,
    endpoint: endpoint ?? googles,
    isEmulator: endpoint !== undefined,
  };
}

/** As a message names it. */
export function describeTarget({ bucket, prefix, endpoint, isEmulator }: GcsTarget): string {
  return `gs://${bucket}/${prefix}${isEmulator ? ` at ${endpoint}` : ""}`;
}
