// The topic port: messages of one schema, to everybody who subscribes.
import {
  type Ambient,
  type InputOf,
  type MessageSource,
  type OutputOf,
  type Resource,
  type Schema,
  validate,
} from "@faasade/core";
import { checkName } from "@faasade/core/adapter";
import type { OutgoingMessage, TopicDriver } from "./driver.ts";
import { encodeMessage, type MessageFormat } from "./message.ts";

export type { OutgoingMessage, TopicDriver, TopicMessage, TopicSubscription } from "./driver.ts";

export interface SendOptions {
  /** Default: a new id. Where a topic remembers, two messages with the same id are one. */
  readonly id?: string;
  /** What the message is about, such as a device: the event's `subject`. */
  readonly key?: string;
}

export interface KeyedMessage<Message> extends SendOptions {
  readonly message: Message;
}

export interface TopicSender<Message> {
  /** @returns the id. @throws {FunctionError} `invalid` when the schema refuses the message; nothing is sent then. */
  send(message: Message, options?: SendOptions): Promise<string>;
  /**
   * Sends nothing unless the schema takes every message. A failure on the way may leave some sent, so give ids where
   * that matters and send all again. @returns the ids, in order.
   */
  sendAll(messages: Iterable<KeyedMessage<Message>>): Promise<readonly string[]>;
}

/** `Sent` is what the schema takes, `Received` what it makes of it. */
export interface Topic<Sent, Received = Sent>
  extends Resource<"topic", { send: TopicSender<Sent> }, Received> {
  readonly schema: Schema<Received>;
  readonly format: MessageFormat;
}

/** Names a topic: `topic("alerts", alertSchema)`. `raw` is for devices and foreign producers: bare data both ways. */
export function topic<S extends Schema>(
  name: string,
  schema: S,
  options: { readonly format?: MessageFormat } = {},
): Topic<InputOf<S>, OutputOf<S>> {
  const self: Topic<InputOf<S>, OutputOf<S>> & MessageSource<OutputOf<S>> = {
    kind: "topic",
    name: checkName("topic", name),
    schema: schema as Schema<OutputOf<S>>,
    format: options.format ?? "cloudevents",
    connect: (driver, _access, ambient) => new Sender(self, driver as TopicDriver, ambient),
  };
  return self;
}

class Sender<Message> implements TopicSender<Message> {
  readonly #topic: Topic<Message, unknown>;
  readonly #driver: TopicDriver;
  readonly #ambient: Ambient;

  constructor(topic: Topic<Message, unknown>, driver: TopicDriver, ambient: Ambient) {
    this.#topic = topic;
    this.#driver = driver;
    this.#ambient = ambient;
  }

  async send(message: Message, options: SendOptions = {}): Promise<string> {
    const outgoing = await this.#encode({ message, ...options });
    await this.#driver.publish([outgoing]);
    return outgoing.id;
  }

  async sendAll(messages: Iterable<KeyedMessage<Message>>): Promise<readonly string[]> {
    const outgoing = await Promise.all(Array.from(messages, (one) => this.#encode(one)));
    if (outgoing.length > 0) await this.#driver.publish(outgoing);
    return outgoing.map(({ id }) => id);
  }

  async #encode({ message, id, key }: KeyedMessage<Message>): Promise<OutgoingMessage> {
    const { clock, ids, traceparent } = this.#ambient;
    // What is sent is what was given: a schema that transforms does so where the message is received.
    await validate(this.#topic.schema, message, `a message for ${this.#topic.name}`);
    return encodeMessage(this.#topic, message, { id: id ?? ids.next(), now: clock.now(), traceparent, key });
  }
}
