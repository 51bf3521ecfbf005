// Topics of an MQTT 3.1.1 broker: sent at QoS 1, received by a subscriber that acknowledges what is done.
import type { Clock } from "@faasade/core";
import { type DriverOptions, toVariable } from "@faasade/core/adapter";
import type { OutgoingMessage, TopicDriver, TopicSubscription } from "./driver.ts";
import { type MqttAddress, parseAddress, topicOf } from "./mqtt/address.ts";
import { Connection, type ConnectionOptions } from "./mqtt/connection.ts";
import { MqttSubscription } from "./mqtt/subscription.ts";

/** How many are sent before the first is acknowledged. */
const mostInFlight = 1000;

/**
 * Opens `mqtts://host/devices/+/readings`. Nothing is connected before it is needed. User name and password come from
 * `<NAME>_USERNAME` and `<NAME>_PASSWORD`.
 * @throws {TypeError} for a URL that names no MQTT topic.
 */
export function open(url: string, { name, clock, configuration }: DriverOptions): TopicDriver {
  const address = parseAddress(url, name);
  const username = configuration(`${toVariable(name)}_USERNAME`);
  const password = configuration(`${toVariable(name)}_PASSWORD`) ?? "";
  const credentials = username === undefined ? undefined : { username, password };
  if (credentials !== undefined && !address.tls && !/^(127\.|localhost$|::1$)/.test(address.host))
    throw new TypeError(
      `Cannot open ${name} by MQTT: its password would cross the network for all to read. Use mqtts://${address.host}.`,
    );
  return new MqttTopic(address, credentials, clock);
}

class MqttTopic implements TopicDriver {
  readonly #address: MqttAddress;
  readonly #credentials: ConnectionOptions["credentials"];
  readonly #clock: Clock;
  #connection: Promise<Connection> | undefined;

  constructor(address: MqttAddress, credentials: ConnectionOptions["credentials"], clock: Clock) {
    this.#address = address;
    this.#credentials = credentials;
    this.#clock = clock;
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const { filter } = this.#address;
    const addressed = messages.map(({ key, body }) => ({ topic: topicOf(filter, key), body }));
    const connection = await this.#connected();
    connection.hold(true);
    try {
      for (let from = 0; from < addressed.length; from += mostInFlight) {
        const some = addressed.slice(from, from + mostInFlight);
        await Promise.all(some.map(({ topic, body }) => connection.publish(topic, body)));
      }
    } finally {
      connection.hold(false);
    }
  }

  subscribe(subscriber: string): TopicSubscription {
    const [address, credentials, clock] = [this.#address, this.#credentials, this.#clock];
    return new MqttSubscription({ address, credentials, clock, clientId: clientIdOf(subscriber) });
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }

  async #connected(): Promise<Connection> {
    const opened = await this.#connection?.catch(() => undefined);
    if (opened?.isOpen === true) return opened;
    this.#connection = this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<Connection> {
    const clientId = clientIdOf(crypto.randomUUID());
    const how = { address: this.#address, credentials: this.#credentials, clientId, clean: true };
    return (await Connection.open(how)).connection;
  }
}

/** Every broker takes 23 characters of these (MQTT 3.1.1, 3.1.3.1). */
function clientIdOf(subscriber: string): string {
  const { hash } = process.getBuiltinModule("node:crypto");
  return `faasade${hash("sha256", subscriber, "hex").slice(0, 16)}`;
}
