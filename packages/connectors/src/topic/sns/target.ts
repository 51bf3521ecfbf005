// Which topic of SNS a URL means: its ARN, or `sns://name?region=…&account=…`.

export interface SnsTarget {
  readonly arn: string;
  readonly region: string;
  /** The server; without it that of AWS in the region. */
  readonly endpoint: string | undefined;
}

/** @throws {TypeError} for anything else, FIFO topics included: AWS lets them start no function. */
export function parseTarget(text: string, name: string): SnsTarget {
  const refuse = (why: string): TypeError =>
    new TypeError(`Cannot open ${name} by SNS: ${why}. Use its ARN, or sns://name?region=…&account=….`);
  const url = URL.canParse(text) && text.startsWith("sns:") ? new URL(text) : undefined;
  if (url !== undefined && url.username + url.password !== "") throw refuse("its URL holds credentials");
  const said = (parameter: string): string => url?.searchParams.get(parameter) ?? "";
  const arn = url === undefined ? text : `arn:aws:sns:${said("region")}:${said("account")}:${url.host}`;
  const [, region] = /^arn:[\w-]+:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}$/.exec(arn) ?? [];
  if (region === undefined)
    throw refuse(arn.endsWith(".fifo") ? "FIFO topics start no function" : "its URL names no topic");
  const endpoint = url?.searchParams.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^@]+$/.test(endpoint))
    throw refuse("its endpoint is no http(s) URL");
  return { arn, region, endpoint };
}
