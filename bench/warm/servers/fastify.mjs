import Fastify from "fastify";
import { readEvent, take } from "./event.mjs";

const app = Fastify();
app.post("/", async ({ headers, body }, reply) => {
  reply.code(take(readEvent(headers, body)) ? 204 : 400);
});
app.listen({ port: Number(process.env.PORT), host: "0.0.0.0" });
