// An artefact of a few functions, without a build.
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";

export type Functions = Readonly<
  Record<string, readonly [trigger: AnyFunction["trigger"], handle: (...parameters: never[]) => unknown]>
>;

export function artefactOf(functions: Functions, urls: Readonly<Record<string, string>> = {}): Artefact {
  return {
    app: "suite",
    functions: Object.entries(functions).map(([name, [trigger, handle]]) => ({
      name,
      trigger: outlineTrigger(trigger),
      load: async () => ({ default: { name, trigger, handle } as AnyFunction }),
    })),
    drivers: Object.fromEntries(
      Object.entries(urls).map(([name, url]) => [
        name,
        { url, load: async () => ({ open: () => undefined }) },
      ]),
    ),
  };
}
