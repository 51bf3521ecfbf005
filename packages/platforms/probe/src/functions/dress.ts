import { defineFunction, http } from "@faasade/core";

/** Answers with cookies, repeated fields, and a status that is not the usual one. */
export default defineFunction({
  name: "dress",
  trigger: http("GET /dress", { auth: "public" }),
  handle: () => ({
    status: 203,
    headers: { "set-cookie": ["a=1; Path=/; HttpOnly", "b=2, x"], "x-many": ["1", "2"], "x-odd": "ÿ ~" },
    body: "dressed",
  }),
});
