// Where there is no host the library registers nothing, with a warning only: that must not pass for a start.
import { expect, it } from "vitest";
import { artefactOf } from "./fixture-artefact.ts";

it("nothing is registered in silence outside of Azure Functions", async () => {
  const { register } = await import("../../src/azure-functions/runtime.ts");
  expect(() => register(artefactOf({}))).toThrow("Cannot register functions: this is not a worker");
});
