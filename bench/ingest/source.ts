// A broker that has everything already: sends readings at QoS 1 as fast as they are taken, and tells when all are acknowledged.
import { createServer, type Socket } from "node:net";
import { generate, type IPublishPacket, type Packet, parser } from "mqtt-packet";

/** As many as a packet id can tell apart, less some. */
const mostInFlight = 60_000;
const pieces = 500;
const devices = 100;
const [total = 0] = process.argv.slice(2).map(Number);

const server = createServer((socket) => {
  socket.setNoDelay(true).on("error", () => {});
  const packets = parser({ protocolVersion: 4 });
  let sent = 0;
  let acknowledged = 0;
  const more = (): void => {
    while (sent < total && sent - acknowledged < mostInFlight - pieces && socket.writableLength < 1 << 20) {
      const some = Array.from({ length: Math.min(pieces, total - sent) }, (_, index) =>
        publish(sent + index),
      );
      sent += some.length;
      socket.write(Buffer.concat(some));
    }
  };
  packets.on("packet", (packet: Packet) => {
    if (packet.cmd === "connect")
      socket.write(generate({ cmd: "connack", returnCode: 0, sessionPresent: false }));
    if (packet.cmd === "pingreq") socket.write(generate({ cmd: "pingresp" }));
    if (packet.cmd === "subscribe") begin(socket, packet.messageId, more);
    if (packet.cmd !== "puback") return;
    acknowledged += 1;
    if (acknowledged === total) process.send?.({ acknowledged });
    else if (acknowledged % pieces === 0) more();
  });
  socket.on("data", (chunk) => packets.parse(chunk)).on("drain", more);
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as { port: number }).port }));

function begin(socket: Socket, messageId: number | undefined, more: () => void): void {
  socket.write(generate({ cmd: "suback", granted: [1], ...(messageId === undefined ? {} : { messageId }) }));
  more();
}

/** Some 200 bytes: one reading of one device, a second after the one before. */
function publish(number: number): Buffer {
  const device = number % devices;
  const payload = JSON.stringify({
    firmware: 2,
    sequence: number,
    at: Date.UTC(2026, 0, 1) + Math.floor(number / devices) * 1000,
    values: {
      temperature: { value: 60 + (number % 30), unit: "F" },
      humidity: { value: 40 + (number % 50), unit: "%" },
    },
  }).padEnd(200);
  const packet: IPublishPacket = {
    cmd: "publish",
    topic: `devices/d${device}/readings`,
    payload: Buffer.from(payload),
    qos: 1,
    dup: false,
    retain: false,
    messageId: (number % mostInFlight) + 1,
  };
  return generate(packet);
}
