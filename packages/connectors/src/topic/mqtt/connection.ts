// One connection to an MQTT 3.1.1 broker, over which every packet is acknowledged by itself.
// Not by the client of MQTT.js: that acknowledges one message before it looks at the next, so that none could wait
// for a commit together with others.
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { FunctionError } from "@faasade/core";
import { type IConnackPacket, type IPublishPacket, type Packet, parser, writeToStream } from "mqtt-packet";
import type { MqttAddress } from "./address.ts";

export interface ConnectionOptions {
  readonly address: Pick<MqttAddress, "host" | "port" | "tls">;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly clientId: string;
  /** False: the broker keeps what comes while nobody is connected. */
  readonly clean: boolean;
  readonly onPublish?: (packet: IPublishPacket) => void;
  readonly onClose?: (error: FunctionError) => void;
}

const keepaliveSeconds = 30;
const connectMilliseconds = 10_000;
const mostPacketIds = 65_535;
/** MQTT 3.1.1, 3.2.2.3. */
const refusals: readonly string[] = [
  "",
  "it does not speak MQTT 3.1.1",
  "it refuses the client id",
  "it is not available",
  "user name or password are wrong",
  "it lets this client do nothing",
];

interface Waiting {
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: FunctionError) => void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Of SUBACK and PUBACK, by packet id; CONNACK has none. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #heartbeat: NodeJS.Timeout;
  #packetId = 0;
  #isQuiet = false;
  #closed: FunctionError | undefined;

  private constructor(options: ConnectionOptions) {
    const { host, port, tls } = options.address;
    this.#options = options;
    this.#socket = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    this.#socket.setNoDelay(true);
    const packets = parser({ protocolVersion: 4 });
    packets.on("packet", (packet: Packet) => this.#take(packet));
    packets.on("error", (error: Error) => this.#end(error.message));
    this.#socket.on("data", (chunk) => packets.parse(chunk));
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", () => this.#end("it closed the connection"));
    this.#heartbeat = setInterval(() => this.#beat(), keepaliveSeconds * 500).unref();
  }

  /** @throws {FunctionError} `unavailable`; `unauthenticated` or `forbidden` when the broker says so. */
  static async open(options: ConnectionOptions): Promise<{ connection: Connection; hasSession: boolean }> {
    const connection = new Connection(options);
    const { hasSession } = await connection.#connect();
    return { connection, hasSession };
  }

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /** Resolves when the broker has acknowledged it. */
  async publish(
    topic: string,
    payload: Uint8Array,
    options: { readonly retain?: boolean } = {},
  ): Promise<void> {
    const { retain = false } = options;
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    await this.#ask((messageId) => ({
      cmd: "publish",
      topic,
      payload: body,
      qos: 1,
      dup: false,
      retain,
      messageId,
    }));
  }

  /** @throws {FunctionError} `forbidden` when the broker lets this client not. */
  async subscribe(filter: string): Promise<void> {
    const answer = await this.#ask((messageId) => ({
      cmd: "subscribe",
      messageId,
      subscriptions: [{ topic: filter, qos: 1 }],
    }));
    if (answer.cmd === "suback" && answer.granted[0] !== 128) return;
    throw new FunctionError("forbidden", `Cannot subscribe to ${filter}: the broker refuses it.`);
  }

  acknowledge(messageId: number): void {
    this.#write({ cmd: "puback", messageId });
  }

  /** Takes nothing more from the socket, so that in the end the broker waits too. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Whether the connection keeps this process alive. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#socket.ref();
    else this.#socket.unref();
  }

  async close(): Promise<void> {
    if (this.#closed !== undefined) return;
    this.#write({ cmd: "disconnect" });
    this.#end("it was closed here");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once("close", resolve).destroySoon();
    await promise;
  }

  async #connect(): Promise<{ hasSession: boolean }> {
    const { clientId, clean, credentials } = this.#options;
    const late = setTimeout(() => this.#end("it does not answer"), connectMilliseconds);
    try {
      const answer = await this.#ask(
        () => ({
          cmd: "connect",
          protocolId: "MQTT",
          protocolVersion: 4,
          clientId,
          clean,
          keepalive: keepaliveSeconds,
          ...(credentials && { username: credentials.username, password: Buffer.from(credentials.password) }),
        }),
        0,
      );
      const { returnCode = 0, sessionPresent } = answer as IConnackPacket;
      if (returnCode !== 0) {
        const code = returnCode === 4 ? "unauthenticated" : returnCode === 5 ? "forbidden" : "unavailable";
        throw this.#end(refusals[returnCode] ?? `it answers ${returnCode}`, code);
      }
      return { hasSession: sessionPresent };
    } finally {
      clearTimeout(late);
    }
  }

  #ask(packetOf: (messageId: number) => Packet, messageId = this.#nextId()): Promise<Packet> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const { promise, resolve, reject } = Promise.withResolvers<Packet>();
    this.#waiting.set(messageId, { resolve, reject });
    this.#write(packetOf(messageId));
    return promise;
  }

  #nextId(): number {
    do this.#packetId = (this.#packetId % mostPacketIds) + 1;
    while (this.#waiting.has(this.#packetId));
    return this.#packetId;
  }

  #take(packet: Packet): void {
    this.#isQuiet = false;
    if (packet.cmd === "publish") this.#options.onPublish?.(packet);
    if (packet.cmd !== "puback" && packet.cmd !== "suback" && packet.cmd !== "connack") return;
    const id = packet.messageId ?? 0;
    this.#waiting.get(id)?.resolve(packet);
    this.#waiting.delete(id);
  }

  /** A broker that said nothing for two beats, though it was asked, is gone; one that is not listened to is not asked. */
  #beat(): void {
    if (this.#socket.isPaused()) return;
    if (this.#isQuiet) return void this.#end("it has gone silent");
    this.#isQuiet = true;
    this.#write({ cmd: "pingreq" });
  }

  #write(packet: Packet): void {
    if (!this.#socket.destroyed) writeToStream(packet, this.#socket);
  }

  #end(why: string, code: "unavailable" | "unauthenticated" | "forbidden" = "unavailable"): FunctionError {
    if (this.#closed !== undefined) return this.#closed;
    const { host, port } = this.#options.address;
    const error = new FunctionError(code, `Cannot reach the MQTT broker at ${host}:${port}: ${why}.`);
    this.#closed = error;
    clearInterval(this.#heartbeat);
    if (why !== "it was closed here") this.#socket.destroy();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#options.onClose?.(error);
    return error;
  }
}
