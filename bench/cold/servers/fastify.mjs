import Fastify from "fastify";

const app = Fastify();
app.get("/:name", async ({ params }) => ({
  greeting: `Hello, ${params.name}!`,
  at: new Date().toISOString(),
}));
app.listen({ port: Number(process.env.PORT), host: "0.0.0.0" });
