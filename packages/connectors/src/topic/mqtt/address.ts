// Where an MQTT topic is: the broker and the topic filter of a URL, and what the filter's wildcards stand for.
import { FunctionError } from "@faasade/core";

export interface MqttAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** As MQTT writes it, such as `devices/+/readings`. */
  readonly filter: string;
  /** The topic below which dead letters are retained. */
  readonly deadLetters: string;
  /** How many messages may be out, received and not acknowledged. */
  readonly window: number;
}

const defaultWindow = 2000;
const mostWindow = 65_535;
/** No topic holds it. */
const nowhere = "\0";

/**
 * Of `mqtt://host:port/devices/+/readings`, or `mqtts:`; a `#` of the filter is written `%23`. `?window=` and
 * `?dead-letters=` say otherwise.
 * @throws {TypeError} for anything else, credentials in the URL included.
 */
export function parseAddress(url: string, name: string): MqttAddress {
  const refuse = (why: string): TypeError =>
    new TypeError(`Cannot open ${name} by MQTT: ${why}. Use mqtts://<host>/<topic filter>.`);
  if (!/^mqtts?:\/\//.test(url) || !URL.canParse(url)) throw refuse("its URL is none of MQTT");
  const { protocol, hostname, port, pathname, searchParams, username, password } = new URL(url);
  if (username !== "" || password !== "") throw refuse("its URL holds credentials, which logs would show");
  if (url.includes("#")) throw refuse('a "#" in its URL is to be written %23');
  const filter = decodeURIComponent(pathname.slice(1));
  if (!isFilter(filter)) throw refuse(`${JSON.stringify(filter)} is no topic filter`);
  const window = Number(searchParams.get("window") ?? defaultWindow);
  if (!(Number.isInteger(window) && window >= 1 && window <= mostWindow))
    throw refuse(`its window is from 1 to ${mostWindow}`);
  const tls = protocol === "mqtts:";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (tls ? 8883 : 1883) : Number(port),
    tls,
    filter,
    deadLetters: searchParams.get("dead-letters") ?? `faasade/dead-letters/${name}`,
    window,
  };
}

/**
 * What stands in the place of the filter's wildcards: `ewr` of `devices/ewr/readings` by `devices/+/readings`, and
 * nothing, as text, where there are none. @returns undefined when the topic does not match.
 */
export function keyOf(filter: string, topic: string): string | undefined {
  const levels = topic.split("/");
  const key: string[] = [];
  const wanted = filter.split("/");
  for (const [place, level] of wanted.entries()) {
    if (level === "#") return [...key, ...levels.slice(place)].join("/");
    const actual = levels[place];
    if (actual === undefined) return undefined;
    // MQTT 3.1.1, 4.7.2: what begins with $ is the broker's own.
    if (level === "+" && !(place === 0 && actual.startsWith("$"))) key.push(actual);
    else if (level !== actual) return undefined;
  }
  return levels.length === wanted.length ? key.join("/") : undefined;
}

/** The topic whose `keyOf` is this key. @throws {FunctionError} `invalid` for a key the filter has no place for. */
export function topicOf(filter: string, key: string | undefined): string {
  const parts = key === undefined || key === "" ? [] : key.split("/");
  const topic = filter.split("/").flatMap((level) => {
    if (level === "#") return parts.splice(0);
    return level === "+" ? [parts.shift() ?? nowhere] : [level];
  });
  const name = topic.join("/");
  if (parts.length === 0 && keyOf(filter, name) === (key ?? "") && /^[^+#\0]+$/.test(name)) return name;
  throw new FunctionError(
    "invalid",
    `Cannot send to ${filter} with ${key === undefined ? "no key" : `the key ${JSON.stringify(key)}`}: the key stands in the place of the wildcards.`,
  );
}

/** MQTT 3.1.1, 4.7.1: a wildcard fills a level, and `#` stands last. */
function isFilter(filter: string): boolean {
  const levels = filter.split("/");
  return (
    filter !== "" &&
    !filter.includes("\0") &&
    levels.every((level, place) =>
      level === "#" ? place === levels.length - 1 : level === "+" || !/[+#]/.test(level),
    )
  );
}
