// What a request to Service Bus signs in by: a token of the process's identity, or one signed with a shared access key.
import { createHmac } from "node:crypto";
import type { Clock } from "@faasade/core";
import type { ServiceBusTarget } from "./target.ts";

const scope = "https://servicebus.azure.net/.default";
const lifeSeconds = 3600;
/** A token is renewed this long before it ends. */
const spareMilliseconds = 300_000;

interface Token {
  /** The whole field `authorization`. */
  readonly field: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Kept until shortly before they end; who asks meanwhile waits for the same one. */
export class ServiceBusTokens {
  readonly #target: ServiceBusTarget;
  readonly #clock: Clock;
  #token: Promise<Token> | undefined;

  constructor(target: ServiceBusTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  async authorization(): Promise<string> {
    this.#token ??= this.#renew();
    const asked = this.#token;
    const token = await asked.catch((error: unknown) => {
      this.#forget(asked);
      throw error;
    });
    if (this.#clock.now() < token.until - spareMilliseconds) return token.field;
    this.#forget(asked);
    this.#token ??= this.#renew();
    return (await this.#token).field;
  }

  #forget(asked: Promise<Token>): void {
    if (this.#token === asked) this.#token = undefined;
  }

  async #renew(): Promise<Token> {
    const { key } = this.#target;
    if (key !== undefined) return signed(this.#target, key, this.#clock.now());
    const { identity } = await import("../../shared/azure/identity.ts");
    const { token, expiresOnTimestamp } = await identity().getToken(scope);
    return { field: `Bearer ${token}`, until: expiresOnTimestamp };
  }
}

/**
 * Good for the one topic.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
 */
function signed(
  { host, topic }: ServiceBusTarget,
  { name, value }: NonNullable<ServiceBusTarget["key"]>,
  now: number,
): Token {
  const resource = encodeURIComponent(`https://${host}/${topic}`);
  const end = Math.floor(now / 1000) + lifeSeconds;
  const signature = createHmac("sha256", value).update(`${resource}\n${end}`).digest("base64");
  const fields = `sr=${resource}&sig=${encodeURIComponent(signature)}&se=${end}&skn=${encodeURIComponent(name)}`;
  return { field: `SharedAccessSignature ${fields}`, until: end * 1000 };
}
