import { called, defineFunction, FunctionError } from "@faasade/core";
import * as v from "valibot";

const asked = v.object({ mark: v.string(), given: v.unknown() });

/** Answers with what it was given, or refuses. */
export default defineFunction({
  name: "answer",
  trigger: called({ input: asked, output: asked }),
  handle({ data }) {
    if (data.mark.startsWith("refused-")) throw new FunctionError("unprocessable", "It asked to be refused.");
    return data;
  },
});
