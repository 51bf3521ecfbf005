// The other side of a measurement, in a process of its own: sends one request again and again on open connections.
import { connect, type Socket } from "node:net";

export interface Load {
  readonly port: number;
  /** The request, as it goes over the wire. */
  readonly request: string;
  readonly connections: number;
  readonly requests: number;
}

/** What is told when it is done. */
export interface Loaded {
  readonly error?: string;
}

process.on("message", (load: Load) => {
  send(load).then(
    () => process.send?.({} satisfies Loaded),
    (error: Error) => process.send?.({ error: error.message } satisfies Loaded),
  );
});
process.once("disconnect", () => process.exit());

async function send({ port, request, connections, requests }: Load): Promise<void> {
  const bytes = Buffer.from(request);
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  let left = requests;
  await Promise.all(sockets.map((socket) => converse(socket, bytes, () => left-- > 0)));
  for (const socket of sockets) socket.destroy();
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** The next request goes out when the reply to the last one, which has no body, is whole. */
function converse(socket: Socket, request: Buffer, another: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let reply = "";
    const next = () => (another() ? void socket.write(request) : resolve());
    socket.setEncoding("latin1").on("data", (text: string) => {
      reply += text;
      if (!reply.endsWith("\r\n\r\n")) return;
      if (!reply.startsWith("HTTP/1.1 204"))
        return reject(new Error(`The reply is ${reply.split("\r\n", 1)[0]}`));
      reply = "";
      next();
    });
    socket.once("error", reject).once("close", () => reject(new Error("The server closed the connection.")));
    next();
  });
}
