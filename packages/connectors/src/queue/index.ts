// The queue port: messages of one schema, sent as CloudEvents or bare.
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
import type { QueueDriver } from "./driver.ts";
import { encodeMessage, type MessageFormat } from "./message.ts";

export type { DeadLetter, OutgoingMessage, QueueDepth, QueueDriver, ReceivedMessage } from "./driver.ts";
export { decodeMessage } from "./message.ts";

export interface SendOptions {
  /** Two messages with the same id are one while the first is in the queue or its dead letter. Default: a new id. */
  readonly id?: string;
  readonly delaySeconds?: number;
}

export interface QueueSender<Message> {
  /** @returns the id. @throws {FunctionError} `invalid` when the schema refuses the message; nothing is sent then. */
  send(message: Message, options?: SendOptions): Promise<string>;
  /** All or none. @returns the ids, in order. */
  sendAll(messages: Iterable<Message>): Promise<readonly string[]>;
}

/** `Sent` is what the schema takes, `Received` what it makes of it. */
export interface Queue<Sent, Received = Sent>
  extends Resource<"queue", { send: QueueSender<Sent> }, Received> {
  readonly schema: Schema<Received>;
  readonly format: MessageFormat;
}

/** Names a queue: `queue("mails", mailSchema)`. `raw` is for foreign producers and consumers: bare data both ways. */
export function queue<S extends Schema>(
  name: string,
  schema: S,
  options: { readonly format?: MessageFormat } = {},
): Queue<InputOf<S>, OutputOf<S>> {
  const self: Queue<InputOf<S>, OutputOf<S>> & MessageSource<OutputOf<S>> = {
    kind: "queue",
    name: checkName("queue", name),
    schema: schema as Schema<OutputOf<S>>,
    format: options.format ?? "cloudevents",
    connect: (driver, _access, ambient) => new Sender(self, driver as QueueDriver, ambient),
  };
  return self;
}

class Sender<Message> implements QueueSender<Message> {
  readonly #queue: Queue<Message, unknown>;
  readonly #driver: QueueDriver;
  readonly #ambient: Ambient;

  constructor(queue: Queue<Message, unknown>, driver: QueueDriver, ambient: Ambient) {
    this.#queue = queue;
    this.#driver = driver;
    this.#ambient = ambient;
  }

  async send(message: Message, options: SendOptions = {}): Promise<string> {
    const outgoing = await this.#encode(message, options);
    await this.#driver.send([outgoing]);
    return outgoing.id;
  }

  async sendAll(messages: Iterable<Message>): Promise<readonly string[]> {
    const outgoing = await Promise.all(Array.from(messages, (message) => this.#encode(message)));
    if (outgoing.length > 0) await this.#driver.send(outgoing);
    return outgoing.map(({ id }) => id);
  }

  async #encode(message: Message, { id = this.#ambient.ids.next(), delaySeconds }: SendOptions = {}) {
    // What is sent is what was given: a schema that transforms does so where the message is received.
    await validate(this.#queue.schema, message, `a message for ${this.#queue.name}`);
    const encoded = encodeMessage(this.#queue, message, {
      id,
      now: this.#ambient.clock.now(),
      traceparent: this.#ambient.traceparent,
    });
    return { id, ...encoded, ...(delaySeconds === undefined ? {} : { delaySeconds }) };
  }
}
