// The world's MQTT broker: what a device or an app is told is taken, is in the journal and in every queue it starts.
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Aedes, AuthenticateError, Client, PublishPacket } from "aedes";
import type { Guard } from "./guard.ts";
import { SeenBefore } from "./seen-before.ts";

export interface BrokerOptions {
  readonly guard: Guard;
  /** A message is acknowledged when this has resolved; when it rejects, whoever sent it is cut off and sends again. */
  readonly onMessage: (message: BrokerMessage) => Promise<void>;
  /** Told of what was refused. */
  readonly onRefusal: (reason: string) => void;
}

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The same when a client that got no answer sends it again. */
  readonly id: string;
}

export interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

/** More than devices have to say; what is larger goes into a store. */
const maxPayloadBytes = 256 << 10;
/** MQTT 3.1.1, 3.2.2.3: bad user name or password. */
const badCredentials = 4;

/** Listens at once; the library behind it is loaded with the first connection. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  let loading: Promise<Aedes> | undefined;
  const sockets = new Set<Socket>();
  const door = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    loading ??= makeBroker(options);
    loading.then(
      (broker) => broker.handle(socket),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => door.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: (door.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => door.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      const broker = await loading?.catch(() => undefined);
      if (broker !== undefined) await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

async function makeBroker({ guard, onMessage, onRefusal }: BrokerOptions): Promise<Aedes> {
  const { Aedes } = await import("aedes");
  const seen = new SeenBefore();
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, user, password, done) => {
    guard.identify(user ?? "", password?.toString() ?? "").then((who) => {
      if (who !== undefined) guard.admit(client, who);
      const refusal = Object.assign(new Error("unknown user or wrong password"), {
        returnCode: badCredentials,
      });
      if (who !== undefined) return done(null, true);
      onRefusal(`Cannot let ${JSON.stringify(user)} in: ${refusal.message}.`);
      done(refusal as AuthenticateError, false);
    });
  };
  broker.authorizeSubscribe = (client, subscription, done) =>
    done(null, client !== null && guard.maySubscribe(client) ? subscription : null);
  // The broker acknowledges only when this has called back.
  broker.authorizePublish = (client, packet, done) => {
    // Nothing is retained: what is past is in the journal.
    packet.retain = false;
    take(client, packet, guard, seen, onMessage).then(
      () => done(null),
      (error: Error) => {
        onRefusal(`Cannot take a message for ${packet.topic}: ${error.message}`);
        done(error);
      },
    );
  };
  return broker;
}

async function take(
  client: Client | null,
  packet: PublishPacket,
  guard: Guard,
  seen: SeenBefore,
  onMessage: BrokerOptions["onMessage"],
): Promise<void> {
  const { topic } = packet;
  const payload = Buffer.from(packet.payload);
  if (client === null || !guard.mayPublish(client, topic))
    throw new Error("its sender may not publish there.");
  if (payload.length > maxPayloadBytes) throw new Error(`it has more than ${maxPayloadBytes} bytes.`);
  const { dup, messageId } = packet as { readonly dup?: boolean; readonly messageId?: number };
  const id = seen.idOf({ client: client.id, topic, payload, messageId, isAgain: dup === true });
  await onMessage({ topic, payload, id });
}
