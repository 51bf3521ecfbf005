// One invocation from begin to outcome: context, clients, deadline, hooks, errors; the same for every trigger.
import type { UrlParams } from "../context.ts";
import { FunctionError, toFunctionError } from "../error.ts";
import { fillPath } from "../http/route.ts";
import { isPromise } from "../promise.ts";
import { Drivers } from "./clients.ts";
import { InvocationContext } from "./context.ts";
import { beforeDeadline } from "./deadline.ts";
import type { Composition, FunctionEntry, Hooks, Host, InvocationInfo } from "./host.ts";
import type { Outcome } from "./outcome.ts";
import { Preparation, type Prepared } from "./prepare.ts";
import { readTraceparent } from "./trace.ts";

export interface BeginOptions {
  readonly traceparent?: string | null | undefined;
  readonly attempt?: number | undefined;
  /** Epoch milliseconds. */
  readonly deadline?: number | undefined;
  /** The app's public base URL, where the platform vouches for it. */
  readonly base?: string;
}

/** Calls the handler with an event; the client of one use may be replaced for the duration, as `once` does. */
export type Handle = (event: unknown, replaced?: Readonly<Record<string, unknown>>) => unknown;

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
      traceparent: readTraceparent(options.traceparent),
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
    const trigger = this.composition.functions.find((entry) => entry.name === name)?.trigger;
    const routes = trigger?.kind === "http" ? trigger.routes : [];
    const route = routes.find(({ pattern }) => pattern.method === "GET") ?? routes[0];
    if (route === undefined)
      throw new FunctionError(
        "internal",
        `Cannot make a URL of ${name}: it is no http function of this app.`,
      );
    const origin = this.host.configuration("PUBLIC_URL") ?? base;
    if (origin === undefined) {
      throw new FunctionError(
        "unsupported",
        `Cannot make a URL of ${name}: the public origin is not known. Set PUBLIC_URL.`,
      );
    }
    const given: Record<string, string> = {};
    for (const [key, value] of Object.entries(params)) if (value !== undefined) given[key] = String(value);
    const { path, unused } = fillPath(route.pattern, given);
    const query = new URLSearchParams(unused).toString();
    return `${origin.replace(/\/$/, "")}${path}${query === "" ? "" : `?${query}`}`;
  }
}

export class Invocation {
  readonly prepared: Prepared;
  readonly context: InvocationContext;
  readonly #invoker: Invoker;
  readonly #startedAt: number;

  constructor(invoker: Invoker, prepared: Prepared, context: InvocationContext, startedAt: number) {
    this.#invoker = invoker;
    this.prepared = prepared;
    this.context = context;
    this.#startedAt = startedAt;
  }

  get id(): string {
    return this.context.invocationId;
  }

  /** Runs `body`, which calls the handler, until it is done or the deadline passes. Never throws. */
  async run<Reply>(body: (handle: Handle) => Reply | Promise<Reply>): Promise<Outcome<Awaited<Reply>>> {
    const { definition } = this.prepared;
    this.#tell("started");
    let outcome: Outcome<Awaited<Reply>>;
    try {
      const result = body((event, replaced) => this.#handle(event, replaced));
      const reply = isPromise(result) ? await beforeDeadline(result, this.context, definition.name) : result;
      outcome = { ok: true, reply: reply as Awaited<Reply> };
    } catch (thrown) {
      outcome = { ok: false, error: toFunctionError(thrown) };
      this.#report(outcome.error);
    }
    this.context.close(outcome.ok ? undefined : outcome.error);
    this.#tell("ended", outcome);
    return outcome;
  }

  #handle(event: unknown, replaced: Readonly<Record<string, unknown>> | undefined): unknown {
    const { definition, connect } = this.prepared;
    connect(this.context, replaced);
    return definition.handle(event, this.context);
  }

  #report(error: FunctionError): void {
    const fields = {
      code: error.code,
      ...(error.cause instanceof Error ? { stack: error.cause.stack } : {}),
    };
    if (error.status >= 500) this.context.log.error(error.message, fields);
    else this.context.log.info(error.message, fields);
  }

  /** What a hook throws is logged: telemetry cannot change what became of an invocation. */
  #tell(when: keyof Hooks, outcome?: Outcome): void {
    const { hooks } = this.#invoker.host;
    if (hooks?.[when] === undefined) return;
    try {
      if (outcome === undefined) hooks.started?.(this.#info());
      else hooks.ended?.(this.#info(), outcome);
    } catch (thrown) {
      this.context.log.error(`Cannot tell the hook "${when}": ${toFunctionError(thrown).message}`);
    }
  }

  #info(): InvocationInfo {
    const { attempt, traceparent } = this.context;
    const { composition } = this.#invoker;
    return {
      app: composition.app,
      function: this.prepared.definition.name,
      id: this.id,
      traceparent,
      attempt,
      startedAt: this.#startedAt,
    };
  }
}
