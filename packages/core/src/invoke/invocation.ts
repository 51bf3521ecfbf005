// One invocation from its handler to its outcome: clients, deadline, hooks, errors.
import { FunctionError, toFunctionError } from "../error.ts";
import { isPromise } from "../promise.ts";
import type { InvocationContext } from "./context.ts";
import type { Hooks, InvocationInfo } from "./host.ts";
import type { Invoker } from "./invoker.ts";
import type { Outcome } from "./outcome.ts";
import type { Prepared } from "./prepare.ts";

/** Calls the handler with an event; the client of one use may be replaced for the duration, as `once` does. */
export type Handle = (event: unknown, replaced?: Readonly<Record<string, unknown>>) => unknown;

const longestTimerMilliseconds = 2 ** 31 - 1;

export class Invocation {
  readonly prepared: Prepared;
  readonly context: InvocationContext;
  readonly #invoker: Invoker;
  readonly #startedAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  constructor(invoker: Invoker, prepared: Prepared, context: InvocationContext, startedAt: number) {
    this.#invoker = invoker;
    this.prepared = prepared;
    this.context = context;
    this.#startedAt = startedAt;
  }

  get id(): string {
    return this.context.invocationId;
  }

  /**
   * Runs `body`, which calls the handler, until it is done or the deadline passes; what it may still do then is the
   * platform's to stop. Never throws.
   */
  run<Reply>(body: (handle: Handle) => Reply | PromiseLike<Reply>): Promise<Outcome<Reply>> {
    this.#tell("started");
    return new Promise((resolve) => {
      const succeed = (reply: Reply): void => this.#end({ ok: true, reply }, resolve);
      const fail = (thrown: unknown): void =>
        this.#end({ ok: false, error: toFunctionError(thrown) }, resolve);
      try {
        const result = body((event, replaced) => this.#handle(event, replaced));
        if (!isPromise(result)) return succeed(result as Reply);
        this.#endAtDeadline(fail);
        result.then(succeed, fail);
      } catch (thrown) {
        fail(thrown);
      }
    });
  }

  /** The first outcome counts. */
  #end<Reply>(outcome: Outcome<Reply>, resolve: (outcome: Outcome<Reply>) => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    resolve(outcome);
    if (!outcome.ok) this.#report(outcome.error);
    this.context.close(outcome.ok ? undefined : outcome.error);
    this.#tell("ended", outcome);
  }

  #endAtDeadline(fail: (error: FunctionError) => void): void {
    const { deadline, clock } = this.context;
    const wait = Math.max(0, deadline - clock.now());
    const giveUp = (): void => {
      const { name } = this.prepared.definition;
      fail(new FunctionError("timeout", `${name} did not finish in its ${Math.round(wait / 100) / 10} s.`));
    };
    this.#timer = setTimeout(giveUp, Math.min(wait, longestTimerMilliseconds));
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
