// In a process of its own: loads an app's functions and tells the builder what they are.
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AnyFunction, describeFunction, outlineTrigger } from "@faasade/core/adapter";
import type { DescribedFunction, DescribingReply } from "./describe.ts";

const [root = "", ...files] = process.argv.slice(2);
const functions: DescribedFunction[] = [];
const problems: string[] = [];
for (const file of files) {
  try {
    functions.push(await describe(file));
  } catch (error) {
    problems.push(`${file} does not load. ${error instanceof Error ? error.message : String(error)}`);
  }
}
const reply: DescribingReply = problems.length > 0 ? { problem: problems.join("\n") } : { functions };
process.send?.(reply);

async function describe(file: string): Promise<DescribedFunction> {
  const module = (await import(pathToFileURL(join(root, file)).href)) as { default?: AnyFunction };
  const name = basename(file, ".ts");
  if (module.default?.name !== name) {
    const found = module.default === undefined ? "has no default export" : `defines "${module.default.name}"`;
    throw new TypeError(`It ${found}. Write: export default defineFunction({ name: "${name}", … }).`);
  }
  return {
    file,
    description: describeFunction(module.default),
    outline: outlineTrigger(module.default.trigger),
  };
}
