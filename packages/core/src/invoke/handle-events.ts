// The pipeline of event invocations: validate, split or batch, remember, handle; says which events failed and why.
import type { CloudEvent } from "../cloudevents/event.ts";
import { FunctionError, toFunctionError } from "../error.ts";
import type { AnyFunction } from "../function.ts";
import { andThen, isPromise } from "../promise.ts";
import { validate } from "../schema.ts";
import type { BatchReply } from "../trigger/message.ts";
import { matchesKey } from "../trigger/object.ts";
import type { FunctionEntry } from "./host.ts";
import type { Handle, Invocation } from "./invocation.ts";
import type { Invoker } from "./invoker.ts";
import type { EventReply, FailedDelivery, Outcome } from "./outcome.ts";
import { remember } from "./remember.ts";
import { replaceData } from "./replace-data.ts";

export interface EventDelivery {
  readonly events: readonly CloudEvent[];
  /** 1 on the first delivery. */
  readonly attempt?: number;
  readonly traceparent?: string;
  /** Epoch milliseconds at which the platform gives up. */
  readonly deadline?: number;
  /** FIFO sources: stop at the first retryable failure and report all that follow as failed too. */
  readonly ordered?: boolean;
}

const nothingFailed: EventReply = { failed: [] };

/** Not ok only when the function as a whole cannot run; else each failed event is named. */
export async function handleEvents(
  invoker: Invoker,
  entry: FunctionEntry,
  delivery: EventDelivery,
): Promise<Outcome<EventReply>> {
  const { trigger } = entry;
  try {
    if (trigger.kind === "message" && trigger.batch !== undefined) {
      return await handleBatch(invoker, entry, delivery, delivery.events);
    }
    const failed: FailedDelivery[] = [];
    for (const event of delivery.events) {
      const outcome = await handleOne(invoker, entry, delivery, event);
      if (outcome.ok) continue;
      failed.push({ id: event.id, error: outcome.error });
      if (delivery.ordered === true && outcome.error.redeliver) {
        return { ok: true, reply: { failed: holdBack(delivery.events, failed) } };
      }
    }
    return { ok: true, reply: failed.length === 0 ? nothingFailed : { failed } };
  } catch (thrown) {
    return { ok: false, error: toFunctionError(thrown) };
  }
}

/** Calls a function by name; the reply is what its output schema made of the handler's answer. */
export function handleCall(
  invoker: Invoker,
  entry: FunctionEntry,
  event: CloudEvent,
  options: Omit<EventDelivery, "events">,
): Promise<Outcome> {
  const beginning = begin(invoker, entry, options, event);
  if (!isPromise(beginning)) return deliver(invoker, beginning, event);
  return beginning.then(
    (invocation) => deliver(invoker, invocation, event),
    (thrown: unknown) => ({ ok: false, error: toFunctionError(thrown) }),
  );
}

async function handleOne(
  invoker: Invoker,
  entry: FunctionEntry,
  delivery: Omit<EventDelivery, "events">,
  event: CloudEvent,
): Promise<Outcome> {
  const { trigger } = entry;
  if (trigger.kind === "object") {
    const key = keyOf(event);
    if (key instanceof FunctionError) return { ok: false, error: key };
    if (!matchesKey(trigger.filter, key)) return { ok: true, reply: undefined };
  }
  const beginning = begin(invoker, entry, delivery, event);
  return await deliver(invoker, isPromise(beginning) ? await beginning : beginning, event);
}

function deliver(invoker: Invoker, invocation: Invocation, event: CloudEvent): Promise<Outcome> {
  const { definition } = invocation.prepared;
  return invocation.run((handle) =>
    andThen(accept(definition, event), (accepted) =>
      andThen(
        remember(invoker, invocation, [accepted], handle, (one) => one[0]),
        (answer) => toReply(definition, answer),
      ),
    ),
  );
}

/** Only a call has one. */
function toReply({ trigger, name }: AnyFunction, answer: unknown): unknown {
  if (trigger.kind !== "call") return undefined;
  const refuse = (cause: unknown): never => {
    throw new FunctionError("internal", (cause as Error).message, { cause });
  };
  try {
    const output = validate(trigger.output, answer, `the reply of ${name}`);
    return isPromise(output) ? output.catch(refuse) : output;
  } catch (cause) {
    return refuse(cause);
  }
}

/** What a FIFO source must deliver again: the first event that can be retried, and all that come after it. */
function holdBack(events: readonly CloudEvent[], failed: readonly FailedDelivery[]): FailedDelivery[] {
  const byId = new Map(failed.map((item) => [item.id, item]));
  const first = events.findIndex(({ id }) => byId.get(id)?.error.redeliver === true);
  if (first < 0) return [...failed];
  const message = `Held back: ${events[first]?.id}, which comes before it, failed.`;
  const late = events.slice(first + 1).filter(({ id }) => !byId.has(id));
  return [...failed, ...late.map(({ id }) => ({ id, error: new FunctionError("unavailable", message) }))];
}

/** The key, or why the event names no object; it will name none the next time either. */
function keyOf(event: CloudEvent): string | FunctionError {
  try {
    const { key } = Object(event.data) as { key?: unknown };
    if (typeof key === "string") return key;
  } catch (thrown) {
    return toFunctionError(thrown);
  }
  return new FunctionError("invalid", `Cannot handle the event ${event.id}: its data names no object (key).`);
}

async function handleBatch(
  invoker: Invoker,
  entry: FunctionEntry,
  delivery: EventDelivery,
  events: readonly CloudEvent[],
): Promise<Outcome<EventReply>> {
  const invocation = await begin(invoker, entry, delivery, events[0]);
  return invocation.run(async (handle) => {
    const refused: FailedDelivery[] = [];
    const accepted: CloudEvent[] = [];
    for (const event of events) {
      try {
        accepted.push(await accept(invocation.prepared.definition, event));
      } catch (thrown) {
        refused.push({ id: event.id, error: toFunctionError(thrown) });
      }
    }
    if (accepted.length === 0) return { failed: refused };
    const checked: Handle = async (fresh, replaced) => {
      const reply = await handle(fresh, replaced);
      return checkNamed(entry.name, fresh as readonly CloudEvent[], reply as BatchReply | undefined);
    };
    const reply = await remember(invoker, invocation, accepted, checked, (fresh) => fresh);
    const failed = ((reply as BatchReply | undefined)?.failed ?? []).map(({ id, error }) => ({
      id,
      error: toFunctionError(error),
    }));
    const all = [...refused, ...failed];
    return { failed: delivery.ordered === true ? holdBack(events, all) : all };
  });
}

/**
 * A failure of nobody is one of somebody who would pass for handled, so all are delivered again.
 * @throws {FunctionError} `internal`, before anything is remembered as done.
 */
function checkNamed(
  name: string,
  events: readonly CloudEvent[],
  reply: BatchReply | undefined,
): BatchReply | undefined {
  const ids = new Set(events.map(({ id }) => id));
  const stranger = reply?.failed?.find(({ id }) => !ids.has(id));
  if (stranger === undefined) return reply;
  const message = `Cannot tell what ${name} handled: it says that ${stranger.id} failed, which it was not given.`;
  throw new FunctionError("internal", message, { cause: stranger.error });
}

function begin(
  invoker: Invoker,
  entry: FunctionEntry,
  delivery: Omit<EventDelivery, "events">,
  event: CloudEvent | undefined,
): Invocation | Promise<Invocation> {
  const sent = event?.extensions["traceparent"];
  return invoker.begin(entry, {
    traceparent: typeof sent === "string" ? sent : delivery.traceparent,
    attempt: delivery.attempt,
    deadline: delivery.deadline,
  });
}

/** The event with its data as the trigger's schema makes it. */
function accept({ trigger, name }: AnyFunction, event: CloudEvent): CloudEvent | PromiseLike<CloudEvent> {
  if (trigger.kind !== "message" && trigger.kind !== "call") return event;
  const [schema, what] =
    trigger.kind === "message"
      ? [trigger.source.schema, `a message of ${trigger.source.name}`]
      : [trigger.input, `the input of ${name}`];
  return andThen(validate(schema, event.data, what), (data) => replaceData(event, data));
}
