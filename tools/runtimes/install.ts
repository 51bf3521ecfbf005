/**
 * Installs the runtimes that functions are tested inside, into a cache outside of the checkout:
 *
 *     node tools/ensure-install.cjs tools/runtimes/install.ts
 *
 * Each part is built aside and renamed, so that it is there whole or not at all; of several installers at once, one
 * builds and the others wait. What is there already is left alone. The exit code is 1 when a part is missing.
 */
import { installPart } from "./install-part.ts";
import { missingParts } from "./parts.ts";

const start = performance.now();
const missing = missingParts();
const results = await Promise.all(missing.map((part) => installPart(part)));
if (missing.length === 0) console.error("runtimes: everything is installed");
else console.error(`runtimes: done in ${((performance.now() - start) / 1000).toFixed(0)} s`);
process.exit(results.includes(false) ? 1 : 0);
