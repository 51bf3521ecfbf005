// Where an S3 store is: `s3://bucket/prefix?region=…&endpoint=…&forcePathStyle=…`.

export interface S3Target {
  readonly bucket: string;
  /** Stands before every key: empty, or ending in a slash. */
  readonly prefix: string;
  /** Without it the SDK asks the environment. */
  readonly region: string | undefined;
  /** A server that speaks S3; without it AWS. */
  readonly endpoint: string | undefined;
  /** The bucket in the path instead of the host name; the default wherever an endpoint is given. */
  readonly forcePathStyle: boolean;
}

const parameters = ["region", "endpoint", "forcePathStyle"];

/** @throws {TypeError} for anything it does not understand, credentials above all. */
export function parseTarget(url: string): S3Target {
  const { protocol, host, pathname, searchParams, username, password, hash } = new URL(url);
  if (protocol !== "s3:") throw new TypeError(`the s3 driver opens s3: URLs, not ${protocol}`);
  if (username !== "" || password !== "") {
    throw new TypeError("a URL carries no credentials: the platform's identity or AWS_* variables give them");
  }
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`the s3 driver knows no parameter ${unknown}; it knows ${parameters.join(", ")}`);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(host) || hash !== "")
    throw new TypeError("the URL names no bucket as s3://bucket/prefix");
  const path = decodeURIComponent(pathname).replace(/^\/|\/$/g, "");
  const endpoint = searchParams.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^@]+$/.test(endpoint))
    throw new TypeError("its endpoint is no http(s) URL without credentials");
  return {
    bucket: host,
    prefix: path === "" ? "" : `${path}/`,
    region: searchParams.get("region") ?? undefined,
    endpoint,
    forcePathStyle: parseFlag(searchParams.get("forcePathStyle")) ?? endpoint !== undefined,
  };
}

/** As a message names it. */
export function describeTarget({ bucket, prefix, endpoint }: S3Target): string {
  return `s3://${bucket}/${prefix}${endpoint === undefined ? "" : ` at ${endpoint}`}`;
}

function parseFlag(text: string | null): boolean | undefined {
  if (text === null) return undefined;
  if (text === "true" || text === "false") return text === "true";
  throw new TypeError(`forcePathStyle is true or false, not ${text}`);
}
