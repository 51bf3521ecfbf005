import { http } from "@google-cloud/functions-framework";

http("greet", (request, response) => {
  response.json({ greeting: `Hello, ${request.path.slice(1)}!`, at: new Date().toISOString() });
});
