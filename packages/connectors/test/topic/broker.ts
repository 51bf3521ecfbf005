// An MQTT broker of its own for a test, on a free port of this machine.
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Aedes, type AedesOptions } from "aedes";

export interface TestBroker {
  readonly port: number;
  readonly aedes: Aedes;
  /** Ends every connection, as a network does. */
  cut(): void;
  close(): Promise<void>;
}

export async function startBroker(options: AedesOptions = {}): Promise<TestBroker> {
  const aedes = await Aedes.createBroker({ drainTimeout: 0, ...options });
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const client = aedes.handle(socket) as unknown as { _nextId: number };
    // aedes begins anywhere at each connection, also among packets that are out: an acknowledgement of one then ends
    // another. These are far apart.
    connections += 1;
    client._nextId = ((connections * 5000) % 60_000) + 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    aedes,
    cut,
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}
