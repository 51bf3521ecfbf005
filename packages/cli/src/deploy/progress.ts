// What a deployment says while it goes on: each command before it runs, and what came of it. On stderr.
import type { Progress } from "@faasade/deploy";
import { printable, remark } from "../output.ts";

export const progress: Progress = {
  starts: ({ command }) => remark(`$ ${command.replaceAll("\n", "\n$ ")}`),
  says: (line) => remark(`  ${printable(line)}`),
};
