// What an operator does to the world: finds functions, sends messages, moves the clock, injects faults.
import { queue as declareQueue, type QueueSender } from "@faasade/connectors/queue";
import { FunctionError, type Schema } from "@faasade/core";
import type { FunctionDescription } from "@faasade/core/adapter";
import type { AppSupervisor } from "../app/supervisor.ts";
import { operatorAmbient } from "../data/ambient.ts";
import { writeState } from "../data/state.ts";
import { qualify } from "../events/wiring.ts";
import type { World } from "../world.ts";
import type { Chaos } from "./api.ts";

/** A function by `app/name`, or by its name where that is unique. @throws {FunctionError} `not_found` otherwise. */
export function findFunction(
  world: World,
  name: string,
): { app: AppSupervisor; description: FunctionDescription } {
  const all = [...world.apps.values()].flatMap((app) =>
    app.functions.map((description) => ({
      app,
      description,
      qualified: `${app.source.name}/${description.name}`,
    })),
  );
  const found = all.filter(({ description, qualified }) => name === description.name || name === qualified);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = (found.length > 1 ? found : all).map(({ qualified }) => qualified).join(", ");
  throw new FunctionError("not_found", `Cannot find one function named ${name}. There are: ${names}.`);
}

/** Sends a message to an app's queue. @returns its id. */
export async function sendMessage(
  world: World,
  queue: string,
  data: unknown,
  delaySeconds: number,
): Promise<string> {
  const known = [...world.apps.values()].flatMap((app) =>
    app.resources.filter(({ kind }) => kind === "queue").map(({ name }) => qualify(app.source.name, name)),
  );
  const found = [...new Set(known)].filter((one) => one === queue || one.endsWith(`/${queue}`));
  const [name] = found;
  if (name === undefined || found.length > 1) {
    const names = known.join(", ") || "none";
    throw new FunctionError("not_found", `Cannot find one queue named ${queue}. There are: ${names}.`);
  }
  const id = crypto.randomUUID();
  const ambient = operatorAmbient(world.clock, world.causes.open(id));
  const resource = declareQueue(name, anything, { format: formatOf(world, name) });
  const client = resource.connect(world.queues.get(name), "send", ambient) as QueueSender<unknown>;
  await client.send(data, { id, delaySeconds });
  world.journal.note({ kind: "operator", id, title: `sent to ${name}` });
  return id;
}

/** `{ advanceSeconds }`, `{ set: RFC 3339 }` or `{ reset: true }`. @throws {FunctionError} `invalid` for anything else. */
export async function moveClock(world: World, change: Readonly<Record<string, unknown>>): Promise<void> {
  const { advanceSeconds, set, reset } = change;
  const { clock } = world;
  if (typeof advanceSeconds === "number") clock.advance(advanceSeconds * 1000);
  else if (typeof set === "string" && !Number.isNaN(Date.parse(set)))
    clock.advance(Date.parse(set) - clock.now());
  else if (reset === true) clock.moveTo(0);
  else
    throw new FunctionError("invalid", "Cannot move the clock: say advanceSeconds, set (RFC 3339) or reset.");
  await writeState(world.sql, "ahead", clock.aheadMilliseconds);
  const title = `clock moved to ${new Date(clock.now()).toISOString()}`;
  world.journal.note({ kind: "operator", id: "clock", title });
}

export function setChaos(world: World, change: Readonly<Record<string, unknown>>): Chaos {
  const state = world.chaos.set(change);
  const { duplicate, delaySeconds, crash } = state;
  const title = `chaos: duplicate ${duplicate}, delay ${delaySeconds} s, crash ${crash}`;
  world.journal.note({ kind: "operator", id: "chaos", title });
  return state;
}

/** The operator may send what the schema would refuse: the function that receives it says why it does not take it. */
const anything: Schema = {
  "~standard": { version: 1, vendor: "faasade", validate: (value) => ({ value }) },
};

function formatOf(world: World, queue: string): "cloudevents" | "raw" {
  for (const { source, functions } of world.apps.values()) {
    for (const { trigger } of functions) {
      if (trigger.kind === "message" && qualify(source.name, trigger.source) === queue) return trigger.format;
    }
  }
  return "cloudevents";
}
