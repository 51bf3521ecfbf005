// Which functions a queue or topic starts: `<NAME>_URL` of what they wait for says which one that is.
import { urlVariable } from "@faasade/core/adapter";
import { type Lambda, resourceUrl } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

export interface MessageFunction {
  readonly name: string;
  readonly batch: boolean;
  readonly source: { readonly name: string; readonly format: "cloudevents" | "raw" };
}

export interface DeviceFunction extends MessageFunction {
  /** What stands in the place of the filter's wildcards: which device sent it. */
  readonly key: string | undefined;
}

interface Address {
  readonly service: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly name: string;
}

/** @throws {RefusedEvent} when no function waits for it. */
export function functionsOfArn(lambda: Lambda, arn: string): MessageFunction[] {
  return functionsOf(lambda, `messages of ${arn}`, (url) => isSame(addressOf(url), addressOf(arn)));
}

/** Of the URL `mqtts://<endpoint>/<topic filter>`, with a `#` of the filter written as %23. */
export function functionsOfDevice(lambda: Lambda, topic: string): DeviceFunction[] {
  const keyBy = (url: string | undefined): string | undefined =>
    url !== undefined && /^mqtts?:/.test(url) && URL.canParse(url)
      ? keyOf(decodeURIComponent(new URL(url).pathname).slice(1), topic)
      : undefined;
  const found = functionsOf(lambda, `messages of the MQTT topic ${topic}`, (url) => keyBy(url) !== undefined);
  return found.map((one) => ({ ...one, key: keyBy(resourceUrl(lambda, one.source.name)) || undefined }));
}

function functionsOf(lambda: Lambda, what: string, isMeant: (url: string) => boolean): MessageFunction[] {
  const waiting = lambda.artefact.functions.flatMap(({ name, trigger }) =>
    trigger.kind === "message" ? [{ name, batch: trigger.batch !== undefined, source: trigger.source }] : [],
  );
  const found = waiting.filter(({ source }) => {
    const url = resourceUrl(lambda, source.name);
    return url !== undefined && isMeant(url);
  });
  if (found.length > 0) return found;
  const variables = [...new Set(waiting.map(({ source }) => urlVariable(source.name)))].join(", ");
  const why =
    variables === ""
      ? `no function of ${lambda.artefact.app} is started by messages.`
      : `none of ${variables} names it.`;
  throw RefusedEvent.unmatched(what, why);
}

/**
 * Of `arn:aws:sqs:<region>:<account>:<name>`, `sqs://<name>?region=…&account=…` (`sns:` alike), or the queue's own
 * `https://sqs.<region>.amazonaws.com/<account>/<name>`.
 */
function addressOf(text: string): Address | undefined {
  const arn = /^arn:[^:]*:(sqs|sns):([^:]*):([^:]*):([^:]+)$/.exec(text);
  if (arn !== null)
    return { service: arn[1] as string, region: arn[2], account: arn[3], name: arn[4] as string };
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, hostname, pathname, searchParams } = new URL(text);
  const service = protocol.slice(0, -1);
  if (service === "sqs" || service === "sns") {
    const said = (name: string): string | undefined => searchParams.get(name) ?? undefined;
    return { service, region: said("region"), account: said("account"), name: host };
  }
  const path = /^https?:/.test(protocol) ? /^\/(?:(\d+)\/)?([\w.-]+)$/.exec(pathname) : null;
  if (path === null) return undefined;
  const region = /^sqs\.([\w-]+)\./.exec(hostname)?.[1];
  return { service: "sqs", region, account: path[1], name: path[2] as string };
}

/** Region and account count where both sides say them; a test server's URL says neither. */
function isSame(one: Address | undefined, other: Address | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.service !== other.service || one.name !== other.name) return false;
  const agree = (a: string | undefined, b: string | undefined): boolean => !a || !b || a === b;
  return agree(one.region, other.region) && agree(one.account, other.account);
}

/** MQTT 5.0, 4.7: `+` is one level, `#` at the end is all that remain. Undefined for a topic that does not match. */
function keyOf(filter: string, topic: string): string | undefined {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  const key: string[] = [];
  for (const [place, level] of wanted.entries()) {
    if (level === "#")
      return place === wanted.length - 1 ? [...key, ...levels.slice(place)].join("/") : undefined;
    const actual = levels[place];
    if (actual === undefined || (level !== "+" && level !== actual)) return undefined;
    if (level === "+") key.push(actual);
  }
  return wanted.length === levels.length ? key.join("/") : undefined;
}
