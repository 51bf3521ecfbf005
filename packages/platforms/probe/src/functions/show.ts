import { defineFunction, http, json } from "@faasade/core";

/** Tells what it got. */
export default defineFunction({
  name: "show",
  trigger: http("* /show/{rest+}", { auth: "public" }),
  async handle(request) {
    const { method, path, params, query, headers } = request;
    return json({
      method,
      path,
      params,
      query: [...query],
      headers: [...headers],
      text: await request.text(),
    });
  },
});
