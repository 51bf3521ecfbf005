// Opens what a function uses, once per artefact, and connects it, once per invocation.
import { FunctionError } from "../error.ts";
import type { AnyFunction } from "../function.ts";
import { readSettings } from "../resource/read-settings.ts";
import { type Resource, type Use, urlVariable } from "../resource/resource.ts";
import type { Secret } from "../resource/secret.ts";
import type { Settings } from "../resource/settings.ts";
import type { InvocationContext } from "./context.ts";
import type { Composition, Host } from "./host.ts";

/** Adds a function's clients to the context of one invocation, `replaced` ones as they are given. */
export type Connect = (context: InvocationContext, replaced?: Readonly<Record<string, unknown>>) => void;

interface Closable {
  close?(): unknown;
}

/** Drivers of an artefact by resource name, opened on first use and kept. */
export class Drivers {
  readonly #composition: Composition;
  readonly #host: Host;
  readonly #open = new Map<string, Promise<unknown>>();

  constructor(composition: Composition, host: Host) {
    this.#composition = composition;
    this.#host = host;
  }

  /** @throws {FunctionError} `unavailable` when it cannot be opened; the next call tries again. */
  driver(resource: Resource): Promise<unknown> {
    let opening = this.#open.get(resource.name);
    if (opening === undefined) {
      opening = this.#openDriver(resource);
      this.#open.set(resource.name, opening);
      opening.catch(() => this.#open.delete(resource.name));
    }
    return opening;
  }

  /** Closes every driver that can be closed. @throws {AggregateError} after all were asked, when some could not. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    const drivers = opened.flatMap((result) =>
      result.status === "fulfilled" ? [result.value as Closable] : [],
    );
    const closed = await Promise.allSettled(drivers.map(async (driver) => driver?.close?.()));
    const reasons = closed.flatMap((result) =>
      result.status === "rejected" ? [result.reason as Error] : [],
    );
    if (reasons.length > 0) throw new AggregateError(reasons, "Cannot close every driver.");
  }

  async #openDriver(resource: Resource): Promise<unknown> {
    const entry = this.#composition.drivers[resource.name];
    const variable = urlVariable(resource.name);
    const url = this.#host.configuration(variable) ?? entry?.url;
    if (entry === undefined || url === undefined) {
      const missing =
        entry === undefined ? "this artefact carries no driver for it" : `${variable} is not set`;
      throw new FunctionError("unavailable", `Cannot open ${resource.name} (${resource.kind}): ${missing}.`);
    }
    try {
      const module = await entry.load();
      const { clock, configuration } = this.#host;
      return await module.open(url, { name: resource.name, clock, configuration });
    } catch (cause) {
      const message = `Cannot open ${resource.name} from ${variable}: ${(cause as Error).message}`;
      throw new FunctionError("unavailable", message, { cause });
    }
  }
}

/** Opens everything a function uses and returns how to connect it. */
export async function prepareClients(fn: AnyFunction, drivers: Drivers, host: Host): Promise<Connect> {
  const parts = await Promise.all(
    Object.entries(fn.uses ?? {}).map(
      async ([alias, use]) => [alias, await prepareUse(use, drivers, host)] as const,
    ),
  );
  return (context, replaced) => {
    const target = context as unknown as Record<string, unknown>;
    for (const [alias, connect] of parts) target[alias] = replaced?.[alias] ?? connect(context);
  };
}

async function prepareUse(
  use: Use | Settings | Secret,
  drivers: Drivers,
  host: Host,
): Promise<(context: InvocationContext) => unknown> {
  if ("resource" in use) {
    const { resource, access } = use;
    const driver = await drivers.driver(resource);
    return (context) => resource.connect(driver, access, context);
  }
  if (use.kind === "settings") {
    const values = await readSettings(use, host.configuration);
    return () => values;
  }
  const client = { get: () => host.secrets(use.name) };
  return () => client;
}
