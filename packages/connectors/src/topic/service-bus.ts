// Topics of Azure Service Bus, to send to, over its REST API: Azure itself starts the functions that subscribe.
import { setTimeout as pause } from "node:timers/promises";
import { type Clock, FunctionError } from "@faasade/core";
import type { ConfigurationSource } from "@faasade/core/adapter";
import type { OutgoingMessage, TopicDriver } from "./driver.ts";
import { Exchange, type Reply } from "./service-bus/exchange.ts";
import { explainSending, ServiceBusError } from "./service-bus/failure.ts";
import { type MessageRequest, requestOf } from "./service-bus/message.ts";
import { describeTarget, parseTarget, type ServiceBusTarget } from "./service-bus/target.ts";
import { ServiceBusTokens } from "./service-bus/tokens.ts";

const requestsAtOnce = 16;
const tries = 4;
const firstPauseMilliseconds = 200;
/** Whoever is to wait longer tells its caller instead. */
const longestPauseSeconds = 20;
const answerMilliseconds = 30_000;
const passingStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Loads no library and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(
  url: string,
  options: {
    readonly name: string;
    readonly clock: Clock;
    readonly configuration: ConfigurationSource;
  },
): TopicDriver {
  return new ServiceBusTopic(parseTarget(url, options.name, options.configuration), options.clock);
}

class ServiceBusTopic implements TopicDriver {
  readonly #target: ServiceBusTarget;
  readonly #tokens: ServiceBusTokens;
  #exchange: Exchange | undefined;

  constructor(target: ServiceBusTarget, clock: Clock) {
    this.#target = target;
    this.#tokens = new ServiceBusTokens(target, clock);
  }

  /** Checked as a whole, then a message a request: a batch would have one content type for all. */
  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const requests = messages.map(requestOf);
    const left = requests.values();
    const failures: unknown[] = [];
    let sent = 0;
    const sendInTurn = async (): Promise<void> => {
      for (const request of left) {
        if (failures.length > 0) return;
        try {
          await this.#send(request);
          sent += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(requestsAtOnce, requests.length) }, sendInTurn));
    if (failures.length === 0) return;
    const failure = explainSending(failures[0], this.#target);
    if (sent === 0) throw failure;
    const what = `${requests.length - sent} of ${requests.length} messages to ${describeTarget(this.#target)}`;
    throw new FunctionError(failure.code, `Cannot send ${what}: ${failure.message} The others were sent.`, {
      cause: failure,
    });
  }

  async close(): Promise<void> {
    this.#exchange?.close();
    this.#exchange = undefined;
  }

  /** Sending again what may have been taken is safe as far as the topic detects duplicates: the id is the same. */
  async #send(request: MessageRequest): Promise<void> {
    for (let left = tries - 1; ; left -= 1) {
      const reply = await this.#post(request).catch((error: unknown) => {
        if (left === 0 || !isOfNetwork(error)) throw error;
        return undefined;
      });
      if (reply?.status === 201) return;
      const wait = reply?.retryAfter ?? 0;
      if (
        reply !== undefined &&
        (left === 0 || wait > longestPauseSeconds || !passingStatuses.includes(reply.status))
      )
        throw new ServiceBusError(reply);
      const backOff = firstPauseMilliseconds * 2 ** (tries - 1 - left) * (0.5 + Math.random());
      await pause(Math.max(wait * 1000, backOff));
    }
  }

  async #post({ headers, body }: MessageRequest): Promise<Reply> {
    this.#exchange ??= new Exchange(this.#target.origin);
    const authorization = await this.#tokens.authorization();
    const path = `/${this.#target.topic}/messages`;
    return this.#exchange.post(path, { authorization, ...headers }, body, answerMilliseconds);
  }
}

/** Nobody answered, or not to the end. */
function isOfNetwork(error: unknown): boolean {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return (
    name === "AbortError" ||
    name === "TimeoutError" ||
    (typeof code === "string" && /^E(?!RR_)[A-Z_]+$/.test(code))
  );
}
