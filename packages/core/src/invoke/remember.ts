// What of a delivery a function has not seen yet, where it declares `once`; all of it where it does not.
import type { CloudEvent } from "../cloudevents/event.ts";
import { type Effects, isOnceLedger, seenOnce } from "../once.ts";
import type { BatchReply } from "../trigger/message.ts";
import type { Handle, Invocation } from "./invocation.ts";
import type { Invoker } from "./invoker.ts";

/** Hands the events to the handler, only the new ones when the function declares `once`. */
export function remember(
  invoker: Invoker,
  invocation: Invocation,
  events: readonly CloudEvent[],
  handle: Handle,
  shape: (fresh: readonly CloudEvent[]) => unknown,
): unknown {
  const { once } = invocation.prepared.definition;
  return once === undefined
    ? handle(shape(events))
    : rememberIn(once.in, invoker, invocation, events, handle, shape);
}

async function rememberIn(
  alias: string,
  invoker: Invoker,
  invocation: Invocation,
  events: readonly CloudEvent[],
  handle: Handle,
  shape: (fresh: readonly CloudEvent[]) => unknown,
): Promise<unknown> {
  const { definition } = invocation.prepared;
  const use = definition.uses?.[alias];
  if (use === undefined || !("resource" in use))
    throw new TypeError(`Cannot run ${definition.name}: once names no store.`);
  const ledger = use.resource.connect(
    await invoker.drivers.driver(use.resource),
    "readWrite",
    invocation.context,
  );
  if (!isOnceLedger(ledger))
    throw new TypeError(`Cannot run ${definition.name}: ${alias} cannot remember what was done.`);
  const keyed = new Map(
    events.map((event) => [onceKey(invoker.composition.app, definition.name, event), event]),
  );
  return ledger[seenOnce]([...keyed.keys()], async (client, fresh): Promise<Effects<unknown>> => {
    const chosen = fresh.flatMap((key) => keyed.get(key) ?? []);
    const result = await handle(shape(chosen), { [alias]: client });
    const failed = new Set(((result as BatchReply | undefined)?.failed ?? []).map(({ id }) => id));
    return { result, done: fresh.filter((key) => !failed.has(keyed.get(key)?.id ?? "")) };
  });
}

/** A source holds no space, so that no source and id are taken for those of another event. */
function onceKey(app: string, name: string, event: CloudEvent): string {
  return `${app}/${name} ${event.source} ${event.id}`;
}
