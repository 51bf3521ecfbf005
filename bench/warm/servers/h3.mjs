import { H3, noContent, readBody, serve } from "h3";
import { readEvent, take } from "./event.mjs";

const app = new H3();
app.post("/", async (event) => {
  const headers = Object.fromEntries(event.req.headers);
  if (take(readEvent(headers, await readBody(event)))) return noContent();
  event.res.status = 400;
  return "";
});
serve(app, { port: Number(process.env.PORT), silent: true });
