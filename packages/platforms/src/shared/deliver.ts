// Delivers events to functions and says of each event whether it was handled.
import { FunctionError } from "@faasade/core";
import type { App, EventDelivery } from "@faasade/core/adapter";

/** What became of the events of a delivery: those that failed, by id. */
export type Failures = ReadonlyMap<string, FunctionError>;

/** Never throws. A function that cannot run at all, or that names an event nobody sent, has failed every event. */
export async function failuresOf(app: App, functionName: string, delivery: EventDelivery): Promise<Failures> {
  const outcome = await app.events(functionName, delivery);
  const sent = new Set(delivery.events.map(({ id }) => id));
  const all = (error: FunctionError): Failures => new Map([...sent].map((id) => [id, error]));
  if (!outcome.ok) return all(outcome.error);
  const { failed } = outcome.reply;
  const stranger = failed.find(({ id }) => !sent.has(id));
  if (stranger === undefined) return new Map(failed.map(({ id, error }) => [id, error]));
  const message = `Cannot tell what ${functionName} handled: it says that ${stranger.id} failed, which was not sent.`;
  return all(new FunctionError("internal", message, { cause: stranger.error }));
}
