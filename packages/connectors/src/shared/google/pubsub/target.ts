// Which topic of Pub/Sub a URL means, and for who receives, which subscription: `pubsub://topic?project=…`.
import type { ConfigurationSource } from "@faasade/core/adapter";

export interface PubSubTarget {
  readonly project: string;
  readonly topic: string;
  /** Who only sends needs none. */
  readonly subscription: string | undefined;
  /** A topic, and the subscription of the same name that keeps what is sent to it. */
  readonly deadLetters: string | undefined;
  /** Of the API. */
  readonly endpoint: string;
  /** Nobody signs in to an emulator. */
  readonly isEmulator: boolean;
}

const parameters = ["project", "subscription", "dead-letters"];

/**
 * `PUBSUB_EMULATOR_HOST` is honoured as Google's own libraries do.
 * @throws {TypeError} for anything it does not understand, credentials above all.
 */
export function parseTarget(url: string, configuration: ConfigurationSource): PubSubTarget {
  const { protocol, host: topic, pathname, searchParams, username, password, hash } = new URL(url);
  if (protocol !== "pubsub:") throw new TypeError(`the pubsub driver opens pubsub: URLs, not ${protocol}`);
  if (username !== "" || password !== "")
    throw new TypeError("a URL carries no credentials: the platform's identity gives them");
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`the pubsub driver knows no parameter ${unknown}; it knows ${parameters.join(", ")}`);
  const project = searchParams.get("project") ?? "";
  if (!isName(topic) || !/^\/?$/.test(pathname) || hash !== "" || !/^[a-z0-9][a-z0-9.:-]*$/.test(project))
    throw new TypeError("the URL names no topic as pubsub://topic?project=…");
  const named = (parameter: string): string | undefined => {
    const name = searchParams.get(parameter) ?? undefined;
    if (name === undefined || isName(name)) return name;
    throw new TypeError(`its ${parameter} is no name as Pub/Sub takes them`);
  };
  const emulator = configuration("PUBSUB_EMULATOR_HOST") || undefined;
  if (emulator !== undefined && !/^[^/@\s]+:\d+$/.test(emulator))
    throw new TypeError("PUBSUB_EMULATOR_HOST is no host and port as 127.0.0.1:8085");
  return {
    project,
    topic,
    subscription: named("subscription"),
    deadLetters: named("dead-letters"),
    endpoint: emulator === undefined ? "https://pubsub.googleapis.com" : `http://${emulator}`,
    isEmulator: emulator !== undefined,
  };
}

/** As a message names it. */
export function describeTarget({ project, topic, endpoint, isEmulator }: PubSubTarget): string {
  return `the Pub/Sub topic ${project}/${topic}${isEmulator ? ` at ${endpoint}` : ""}`;
}

/** https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
function isName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/.test(text) && !/^goog/i.test(text);
}
