// What the lightest function of the whole app does, by node:http alone: reads a body, signs, answers with a URL.
const { createServer } = process.getBuiltinModule("node:http");

createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const { createHmac } = process.getBuiltinModule("node:crypto");
    const { key, w } = JSON.parse(Buffer.concat(pieces).toString("utf8"));
    const expires = Math.floor(Date.now() / 1000) + 3600;
    const asked = `${key}\n${w}\n${expires}`;
    const signature = createHmac("sha256", process.env.IMAGE_SIGNING_KEY).update(asked).digest("base64url");
    const query = new URLSearchParams({ key, w, expires, signature });
    const body = JSON.stringify({ url: `${process.env.PUBLIC_URL}/image?${query}`, expires });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
}).listen({ port: Number(process.env.PORT) });
