import express from "express";
import { readEvent, take } from "./event.mjs";

const app = express();
app.use(express.json());
app.post("/", ({ headers, body }, response) => {
  response.status(take(readEvent(headers, body)) ? 204 : 400).end();
});
app.listen(Number(process.env.PORT));
