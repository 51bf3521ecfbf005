// An app of four functions, of which some share packages, and how the tests of bundles build it.
import { buildApp } from "../src/index.ts";
import type { BuildResult } from "../src/result.ts";
import { processPlatform } from "./process-platform.ts";
import { checkoutWith } from "./workspace.ts";

export const fn = (
  name: string,
  body: string,
  rest = "",
): string => `import { defineFunction, http, json } from "@faasade/core";
${rest}
export default defineFunction({
  name: "${name}", trigger: http("GET /${name}", { auth: "public" }), async handle() { ${body} },
});`;

const packages = {
  "node_modules/shared/package.json":
    '{"name":"shared","version":"1.2.3","license":"MIT","type":"module","exports":"./index.js"}',
  "node_modules/shared/index.js":
    'import { basename } from "node:path";\nexport const shared = basename("a/marker-of-shared");',
  "node_modules/shared/LICENSE": "The licence of shared.",
  "node_modules/old/package.json": '{"name":"old","version":"0.1.0","license":"ISC","main":"index.js"}',
  "node_modules/old/index.js": `const { basename } = require("path");
const late = (name) => require(name);
module.exports = { here: () => [basename(__dirname).length > 0, typeof __filename, typeof late("node:os").EOL, basename("a/b")] };`,
};

export const app = {
  ...packages,
  "apps/x/src/functions/one.ts": fn("one", "return json(shared);", 'import { shared } from "shared";'),
  "apps/x/src/functions/two.ts": fn("two", "return json(shared);", 'import { shared } from "shared";'),
  "apps/x/src/functions/plain.ts": fn("plain", "return json(1);"),
  "apps/x/src/functions/old.ts": fn("old", "return json(old.here());", 'import old from "old";'),
};

export async function build(
  files: Readonly<Record<string, string>>,
  unit: "app" | "function",
): Promise<BuildResult> {
  const root = await checkoutWith(files);
  return buildApp({ root, app: "x", platform: processPlatform, unit, stage: "test" });
}
