import { defineFunction, http, text } from "@faasade/core";

/** May be asked by pages of one other origin. */
export default defineFunction({
  name: "shared",
  trigger: http("PUT /shared", { auth: "public", cors: { origins: ["https://a.example"] } }),
  handle: () => text("shared"),
});
