// Makes a function ready: loaded, its resources opened; once per artefact, again when that failed.
import { type AnyFunction, defaultTimeoutSeconds } from "../function.ts";
import { type Connect, type Drivers, prepareClients } from "./clients.ts";
import type { FunctionEntry, Host } from "./host.ts";

export interface Prepared {
  readonly definition: AnyFunction;
  readonly timeoutMilliseconds: number;
  readonly connect: Connect;
}

export class Preparation {
  readonly #drivers: Drivers;
  readonly #host: Host;
  readonly #ready = new Map<FunctionEntry, Prepared>();
  readonly #loading = new Map<FunctionEntry, Promise<Prepared>>();

  constructor(drivers: Drivers, host: Host) {
    this.#drivers = drivers;
    this.#host = host;
  }

  prepare(entry: FunctionEntry): Prepared | Promise<Prepared> {
    const ready = this.#ready.get(entry);
    if (ready !== undefined) return ready;
    let loading = this.#loading.get(entry);
    if (loading === undefined) {
      loading = this.#prepare(entry).finally(() => this.#loading.delete(entry));
      this.#loading.set(entry, loading);
    }
    return loading;
  }

  async #prepare(entry: FunctionEntry): Promise<Prepared> {
    const { default: definition } = await entry.load();
    if (definition?.name !== entry.name) {
      throw new TypeError(
        `Cannot load ${entry.name}: its file defines ${definition?.name ?? "no function"}.`,
      );
    }
    const prepared: Prepared = {
      definition,
      timeoutMilliseconds: (definition.timeoutSeconds ?? defaultTimeoutSeconds) * 1000,
      connect: await prepareClients(definition, this.#drivers, this.#host),
    };
    this.#ready.set(entry, prepared);
    return prepared;
  }
}
