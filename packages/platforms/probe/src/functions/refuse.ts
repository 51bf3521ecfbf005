import { defineFunction, type ErrorCode, FunctionError, http } from "@faasade/core";

/** Fails as it is asked to: by a code of the closed table, or by an error that nobody foresaw. */
export default defineFunction({
  name: "refuse",
  trigger: http("GET /refuse/{code}", { auth: "public" }),
  handle({ params }) {
    if (params.code === "throw") throw new Error("secret reason");
    throw new FunctionError(params.code as ErrorCode, "secret reason", { retryAfterSeconds: 7 });
  },
});
