// Which queue of SQS a URL means: its own URL, its ARN, or `sqs://name?region=…&account=…`.

export interface SqsTarget {
  readonly name: string;
  readonly isFifo: boolean;
  /** What SQS keeps in order on a FIFO queue: everything, or nothing but what has the same id. */
  readonly group: "queue" | "message";
  /** The queue's own URL, where that was given; SQS is asked for it otherwise. */
  readonly url: string | undefined;
  /** Without it the SDK asks the environment. */
  readonly region: string | undefined;
  /** Without it the account that the credentials are of. */
  readonly account: string | undefined;
  /** The server; without it that of AWS in the region. */
  readonly endpoint: string | undefined;
}

const parameters = ["region", "account", "endpoint", "group"];

/** @throws {TypeError} for anything it does not understand, credentials above all. */
export function parseTarget(text: string): SqsTarget {
  const arn = /^arn:[^:]*:sqs:([^:]+):(\d+):([\w.-]+)$/.exec(text);
  if (arn !== null) return named(arn[3] as string, { region: arn[1], account: arn[2] });
  const { protocol, origin, host, hostname, pathname, searchParams, username, password, hash } = new URL(
    text,
  );
  if (username !== "" || password !== "")
    throw new TypeError("a URL carries no credentials: the platform's identity or AWS_* variables give them");
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`the sqs driver knows no parameter ${unknown}; it knows ${parameters.join(", ")}`);
  if (hash !== "") throw new TypeError("the URL of a queue has no #");
  const said = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  const shared = { group: said("group") };
  if (protocol === "sqs:") {
    if (pathname !== "" && pathname !== "/") throw new TypeError("the URL names no queue as sqs://name");
    const [region, account, endpoint] = [said("region"), said("account"), said("endpoint")];
    if (endpoint !== undefined && !/^https?:\/\/[^@]+$/.test(endpoint))
      throw new TypeError("its endpoint is no http(s) URL without credentials");
    return named(host, { ...shared, region, account, endpoint });
  }
  const path = /^https?:$/.test(protocol) ? /^\/(?:(\d+)\/)?([\w.-]+)$/.exec(pathname) : null;
  if (path === null)
    throw new TypeError(`the sqs driver opens sqs: URLs, ARNs and URLs of queues, not ${protocol}`);
  const region = said("region") ?? /^sqs\.([\w-]+)\./.exec(hostname)?.[1];
  return named(path[2] as string, {
    ...shared,
    region,
    account: path[1],
    url: origin + pathname,
    endpoint: origin,
  });
}

/** As a message names it. */
export function describeTarget({ name, endpoint }: SqsTarget): string {
  return `the SQS queue ${name}${endpoint === undefined ? "" : ` at ${endpoint}`}`;
}

interface Rest {
  readonly group?: string | undefined;
  readonly url?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly endpoint?: string | undefined;
}

function named(name: string, { group = "queue", url, region, account, endpoint }: Rest): SqsTarget {
  if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, "")) || name.length > 80)
    throw new TypeError(`"${name}" is no name of an SQS queue`);
  const isFifo = name.endsWith(".fifo");
  if (group !== "queue" && group !== "message")
    throw new TypeError(`group is queue or message, not ${group}`);
  return { name, isFifo, group, url, region, account, endpoint };
}
