// In a process of its own: loads one function and tells its parent what it is and what that took.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import type { AnyFunction, FunctionDescription } from "@faasade/core/adapter";

export interface Measured {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  /** Every module asked for, each once; only in the mode "list". */
  readonly urls: readonly string[];
  readonly description: FunctionDescription;
}

const [mode, path = ""] = process.argv.slice(2);
const urls = new Set<string>();
const hooks =
  mode === "list"
    ? registerHooks({
        resolve(specifier, context, next) {
          const resolved = next(specifier, context);
          urls.add(resolved.url);
          return resolved;
        },
      })
    : undefined;
const url = pathToFileURL(path).href;
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const module = (await import(url)) as { default?: AnyFunction };
const milliseconds = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
hooks?.deregister();
if (module.default === undefined) throw new TypeError("It has no default export.");
const { describeFunction } = await import("@faasade/core/adapter");
const measured: Measured = {
  milliseconds,
  cpuMilliseconds: (user + system) / 1000,
  urls: [...urls],
  description: describeFunction(module.default),
};
process.send?.(measured);
