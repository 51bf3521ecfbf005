import { bytes, defineFunction, http } from "@faasade/core";

/** Gives back the bytes that it got. */
export default defineFunction({
  name: "echo",
  trigger: http("POST /echo", { auth: "public", maxBodyBytes: 8 << 20 }),
  handle: async (request) => bytes(await request.bytes(), request.headers.get("content-type") ?? "x/y"),
});
