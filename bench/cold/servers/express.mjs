import express from "express";

const app = express();
app.get("/:name", (request, response) => {
  response.json({ greeting: `Hello, ${request.params.name}!`, at: new Date().toISOString() });
});
app.listen(Number(process.env.PORT));
