// The yardstick: node:http alone, with the parsing done by hand.
import { readEvent, take } from "./event.mjs";

const { createServer } = process.getBuiltinModule("node:http");

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    const event = readEvent(request.headers, JSON.parse(bytes.toString("utf8")));
    response.writeHead(take(event) ? 204 : 400).end();
  });
}).listen({ port: Number(process.env.PORT) });
