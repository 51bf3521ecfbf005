// Begins invocations: the function made ready once, a context for each; the same for every trigger.
import type { UrlParams } from "../context.ts";
import { FunctionError, toFunctionError } from "../error.ts";
import { fillPath } from "../http/route.ts";
import { isPromise } from "../promise.ts";
import { Drivers } from "./clients.ts";
import { InvocationContext } from "./context.ts";
import type { Composition, FunctionEntry, Host } from "./host.ts";
import { Invocation } from "./invocation.ts";
import { Preparation, type Prepared } from "./prepare.ts";

export interface BeginOptions {
  readonly traceparent?: string | null | undefined;
  readonly attempt?: number | undefined;
  /** Epoch milliseconds. */
  readonly deadline?: number | undefined;
  /** The app's public base URL, where the platform vouches for it. */
  readonly base?: string;
}

export class Invoker {
  readonly host: Host;
  readonly drivers: Drivers;
  readonly composition: Composition;
  readonly #preparation: Preparation;

  constructor(composition: Composition, host: Host) {
    this.composition = composition;
    this.host = host;
    this.drivers = new Drivers(composition, host);
    this.#preparation = new Preparation(this.drivers, host);
  }

  /**
   * At once where the function is ready, as it is from its second invocation on.
   * @throws {FunctionError} `unavailable` or `internal` when the function cannot be made ready.
   */
  begin(entry: FunctionEntry, options: BeginOptions): Invocation | Promise<Invocation> {
    const preparing = this.#preparation.prepare(entry);
    return isPromise(preparing)
      ? this.#ready(preparing, entry).then((prepared) => this.#begin(prepared, entry, options))
      : this.#begin(preparing, entry, options);
  }

  #begin(prepared: Prepared, entry: FunctionEntry, options: BeginOptions): Invocation {
    const now = this.host.clock.now();
    const context = new InvocationContext(this.host, {
      functionName: entry.name,
      attempt: options.attempt ?? 1,
      traceparent: options.traceparent,
      deadline: Math.min(options.deadline ?? Number.POSITIVE_INFINITY, now + prepared.timeoutMilliseconds),
      urlOf: (name, params) => this.#urlOf(name, params ?? {}, options.base),
    });
    return new Invocation(this, prepared, context, now);
  }

  #ready(preparing: Promise<Prepared>, entry: FunctionEntry): Promise<Prepared> {
    return preparing.catch((thrown: unknown) => {
      const error = toFunctionError(thrown);
      const { clock, ids, log } = this.host;
      const message = `Cannot make ${entry.name} ready: ${error.message}`;
      log({
        time: clock.now(),
        level: "error",
        message,
        function: entry.name,
        invocation: ids.next(),
        traceparent: "",
      });
      throw error;
    });
  }

  #urlOf(name: string, params: UrlParams, base: string | undefined): string {
    const { functions, elsewhere = [] } = this.composition;
    const isNamed = (entry: Pick<FunctionEntry, "name">): boolean => entry.name === name;
    const own = functions.find(isNamed);
    const trigger = (own ?? elsewhere.find(isNamed))?.trigger;
    const routes = trigger?.kind === "http" ? trigger.routes : [];
    const route = routes.find(({ pattern }) => pattern.method === "GET") ?? routes[0];
    if (route === undefined)
      throw new FunctionError(
        "internal",
        `Cannot make a URL of ${name}: it is no http function of this app.`,
      );
    // The origin of this request may be this artefact's alone.
    const origin = this.host.configuration("PUBLIC_URL") ?? (own === undefined ? undefined : base);
    if (origin === undefined) {
      const whose =
        own === undefined ? "the public origin that the app's functions share" : "the public origin";
      throw new FunctionError(
        "unsupported",
        `Cannot make a URL of ${name}: ${whose} is not known. Set PUBLIC_URL.`,
      );
    }
    const given: Record<string, string> = {};
    for (const [key, value] of Object.entries(params)) if (value !== undefined) given[key] = String(value);
    const { path, unused } = fillPath(route.pattern, given);
    const query = new URLSearchParams(unused).toString();
    return `${origin.replace(/\/$/, "")}${path}${query === "" ? "" : `?${query}`}`;
  }
}
