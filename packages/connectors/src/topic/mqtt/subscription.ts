// A subscriber of an MQTT topic: a window of packets, each acknowledged by itself, so that acknowledged means done.
import type { Clock } from "@faasade/core";
import { deterministicId } from "@faasade/core/cloudevents";
import type { IPublishPacket } from "mqtt-packet";
import type { TopicMessage, TopicSubscription } from "../driver.ts";
import { keyOf, type MqttAddress } from "./address.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { Window } from "./window.ts";

export interface SubscriptionOptions {
  readonly address: MqttAddress;
  readonly credentials: ConnectionOptions["credentials"];
  /** The broker keeps messages for the client of this id; two that connect with it end each other's connection. */
  readonly clientId: string;
  readonly clock: Clock;
}

/** How long at most until the clock is looked at again: it may have been moved. */
const lookMilliseconds = 250;

export class MqttSubscription implements TopicSubscription {
  readonly #options: SubscriptionOptions;
  readonly #window = new Window();
  /** Counts connections, because a packet id means nothing on another one. */
  #number = 0;
  #connection: Promise<Connection> | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  async receive({
    max,
    visibilitySeconds,
    waitSeconds = 0,
    signal,
  }: Parameters<TopicSubscription["receive"]>[0]): Promise<readonly TopicMessage[]> {
    const until = performance.now() + waitSeconds * 1000;
    for (;;) {
      if (signal?.aborted === true) return [];
      const connection = await this.#connected();
      const taken = this.#window.take(max, this.#options.clock.now(), visibilitySeconds);
      this.#makeRoom(connection);
      const left = until - performance.now();
      if (taken.length > 0 || left <= 0) return taken;
      await this.#sleep(Math.min(left, lookMilliseconds), signal);
    }
  }

  async acknowledge(receipts: readonly string[]): Promise<readonly string[]> {
    const { held, due } = this.#window.end(receipts, this.#number);
    const connection = await this.#connection?.catch(() => undefined);
    if (connection === undefined) return held;
    for (const { packetId, connection: number } of due)
      if (number === this.#number) connection.acknowledge(packetId);
    this.#makeRoom(connection);
    return held;
  }

  async release(receipt: string, delaySeconds: number): Promise<boolean> {
    const held = this.#window.hide(receipt, this.#options.clock.now() + delaySeconds * 1000);
    this.#wake?.();
    return held;
  }

  /** MQTT has no dead letters, so one is a retained message of its own: it stays until an empty one takes its place. */
  async bury(receipt: string, reason: string): Promise<boolean> {
    const message = this.#window.find(receipt);
    if (message === undefined) return false;
    const { address, clock } = this.#options;
    const { id, body, subject, attempt, sentAt } = message;
    const letter = {
      id,
      reason,
      attempts: attempt,
      ...(subject === undefined ? {} : { subject }),
      sentAt: new Date(sentAt).toISOString(),
      deadAt: new Date(clock.now()).toISOString(),
      body: Buffer.from(body).toString("base64"),
    };
    const connection = await this.#connected();
    const topic = `${address.deadLetters}/${id}`;
    await connection.publish(topic, Buffer.from(JSON.stringify(letter)), { retain: true });
    return (await this.acknowledge([receipt])).length > 0;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<Connection> {
    const { address, credentials, clientId } = this.#options;
    this.#number += 1;
    const number = this.#number;
    const lose = (): void => {
      if (number !== this.#number || this.#isClosed) return;
      // What is acknowledged from here on waits for the next one.
      this.#number += 1;
      this.#connection = undefined;
      this.#wake?.();
    };
    let opened: Connection | undefined;
    const early: IPublishPacket[] = [];
    try {
      const { connection, hasSession } = await Connection.open({
        address,
        credentials,
        clientId,
        clean: false,
        // The broker sends what it kept right behind its first answer.
        onPublish: (packet) => (opened === undefined ? early.push(packet) : this.#arrive(packet, opened)),
        onClose: lose,
      });
      if (!hasSession) this.#window.forget();
      opened = connection;
      for (const packet of early) this.#arrive(packet, connection);
      await connection.subscribe(address.filter);
      return connection;
    } catch (error) {
      lose();
      await opened?.close();
      throw error;
    }
  }

  #arrive(packet: IPublishPacket, connection: Connection): void {
    const { topic, payload, messageId, retain } = packet;
    const body = typeof payload === "string" ? Buffer.from(payload) : payload;
    const key = keyOf(this.#options.address.filter, topic);
    const arrival = {
      // A packet that is sent again has the same packet id (MQTT 3.1.1, 4.4).
      id:
        messageId === undefined
          ? crypto.randomUUID()
          : deterministicId(topic, String(messageId), body.toString("latin1")),
      packetId: messageId,
      body,
      subject: key === "" ? undefined : key,
    };
    // What a broker retained is of the past, and is told again at each connection.
    if (retain || !this.#window.arrive(arrival, this.#number, this.#options.clock.now())) {
      if (messageId !== undefined) connection.acknowledge(messageId);
      return;
    }
    if (this.#window.size >= this.#options.address.window) connection.pause();
    this.#wake?.();
  }

  #makeRoom(connection: Connection): void {
    if (this.#window.size < this.#options.address.window) connection.resume();
  }

  async #sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const next = this.#window.nextVisibleAt();
    if (next !== undefined && next <= this.#options.clock.now()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#wake = resolve;
    signal?.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
