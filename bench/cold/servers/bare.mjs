// The yardstick: the greeting by node:http alone.
const { createServer } = process.getBuiltinModule("node:http");

createServer((request, response) => {
  const name = decodeURIComponent(request.url.slice(1));
  const body = JSON.stringify({ greeting: `Hello, ${name}!`, at: new Date().toISOString() });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}).listen({ port: Number(process.env.PORT) });
