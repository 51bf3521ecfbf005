// Who may do what at the broker: apps publish, the operator listens too, a device publishes on a topic of its own.
import { createHmac, hash, timingSafeEqual } from "node:crypto";

type Who = { readonly kind: "app" | "operator" } | { readonly kind: "device"; readonly topic: string };

export interface GuardOptions {
  /** What the world's apps prove themselves with. */
  readonly appToken: string;
  readonly operatorToken: string;
  /** The secret `<TOPIC>_KEY` of the app that owns a topic; undefined when it has none. */
  readonly keyOf: (app: string, topic: string) => Promise<string | undefined>;
}

/**
 * A device's password: derived from the key of its topic, so that who has the key can let devices in, and none of them
 * can be another one.
 */
export function devicePassword(key: string, device: string): string {
  return createHmac("sha256", key).update(device).digest("base64url");
}

export class Guard {
  readonly #options: GuardOptions;
  readonly #admitted = new WeakMap<object, Who>();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** A device's user name is the topic it publishes on, `app/topic/device`. @returns undefined for a stranger. */
  async identify(user: string, password: string): Promise<Who | undefined> {
    const { appToken, operatorToken, keyOf } = this.#options;
    if (user === "app") return isSame(password, appToken) ? { kind: "app" } : undefined;
    if (user === "operator") return isSame(password, operatorToken) ? { kind: "operator" } : undefined;
    const [, app, topic, device] =
      /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)\/([^/+#\0]{1,100})$/.exec(user) ?? [];
    if (app === undefined || topic === undefined || device === undefined) return undefined;
    const key = await keyOf(app, topic).catch(() => undefined);
    if (key === undefined || !isSame(password, devicePassword(key, device))) return undefined;
    return { kind: "device", topic: user };
  }

  admit(client: object, who: Who): void {
    this.#admitted.set(client, who);
  }

  mayPublish(client: object, topic: string): boolean {
    const who = this.#admitted.get(client);
    if (who === undefined) return false;
    return who.kind !== "device" || topic === who.topic || topic.startsWith(`${who.topic}/`);
  }

  maySubscribe(client: object): boolean {
    return this.#admitted.get(client)?.kind === "operator";
  }
}

/** Digests are of one length, so that the time it takes says nothing about either. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", wanted, "buffer"));
}
