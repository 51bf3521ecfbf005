import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.get("/:name", (context) =>
  context.json({ greeting: `Hello, ${context.req.param("name")}!`, at: new Date().toISOString() }),
);
serve({ fetch: app.fetch, port: Number(process.env.PORT) });
