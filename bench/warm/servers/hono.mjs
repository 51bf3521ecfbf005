import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { readEvent, take } from "./event.mjs";

const app = new Hono();
app.post("/", async (context) => {
  const event = readEvent(context.req.header(), await context.req.json());
  return context.body(null, take(event) ? 204 : 400);
});
serve({ fetch: app.fetch, port: Number(process.env.PORT) });
