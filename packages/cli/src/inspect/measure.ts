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

export type MeasuringReply = Measured | { readonly problem: string };

const [mode, path = ""] = process.argv.slice(2);
const reply: MeasuringReply = await measure(pathToFileURL(path).href).catch((error: unknown) => ({
  problem: problemOf(error),
}));
process.send?.(reply);

async function measure(url: string): Promise<Measured> {
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
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const module = (await import(url)) as { default?: AnyFunction };
  const milliseconds = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  hooks?.deregister();
  if (module.default === undefined) throw new TypeError("It has no default export.");
  const { describeFunction } = await import("@faasade/core/adapter");
  return {
    milliseconds,
    cpuMilliseconds: (user + system) / 1000,
    urls: [...urls],
    description: describeFunction(module.default),
  };
}

/** What is wrong and where, without the places in Node and here that came upon it. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTheirs = (line: string): boolean =>
    !/^ {4}at /.test(line) || (line.includes("file:") && !line.includes(import.meta.url));
  return (error.stack ?? error.message).split("\n").filter(isTheirs).join("\n").trim();
}
