// Sends a message to an app's queue, once its schema has taken it in the process that knows the schema.
import { queue as declareQueue, type QueueSender } from "@faasade/connectors/queue";
import { FunctionError, type Schema } from "@faasade/core";
import type { AppSupervisor } from "../app/supervisor.ts";
import { operatorAmbient } from "../data/ambient.ts";
import { qualify } from "../events/subscriptions.ts";
import type { World } from "../world.ts";
import { chooseName } from "./choose-name.ts";

export interface SendOptions {
  readonly delaySeconds: number;
  /** To see what functions make of a message that its schema refuses. */
  readonly unchecked: boolean;
}

/**
 * @returns the message's id.
 * @throws {FunctionError} `invalid` with the path that the schema refuses, `unavailable` when the app cannot be asked.
 */
export async function sendMessage(
  world: World,
  queue: string,
  data: unknown,
  { delaySeconds, unchecked }: SendOptions,
): Promise<string> {
  const declared = declaredAs(world, "queue");
  const names = declared.map(({ qualified }) => qualified);
  const name = chooseName("queue", queue, names, (message) => new FunctionError("not_found", message));
  if (!unchecked) await checkMessage(declared, name, data);
  const id = crypto.randomUUID();
  const ambient = operatorAmbient(world.clock, world.causes.open(id));
  const resource = declareQueue(name, anything, { format: formatOf(world, name) });
  const client = resource.connect(await world.queues.open(name), "send", ambient) as QueueSender<unknown>;
  await client.send(data, { id, delaySeconds });
  world.journal.note({ kind: "operator", id, title: `sent ${unchecked ? "unchecked " : ""}to ${name}` });
  return id;
}

export interface Declared {
  readonly app: AppSupervisor;
  /** As the app itself calls it. */
  readonly local: string;
  readonly qualified: string;
}

/** The queues or topics of every app, and who declares them. */
export function declaredAs(world: World, wanted: "queue" | "topic"): Declared[] {
  return [...world.apps.values()].flatMap((app) =>
    app.resources
      .filter(({ kind }) => kind === wanted)
      .map(({ name }) => ({ app, local: name, qualified: qualify(app.source.name, name) })),
  );
}

/** The app that owns the queue or topic has the say; a subscriber keeps a schema of its own. */
export async function checkMessage(
  declared: readonly Declared[],
  name: string,
  data: unknown,
): Promise<void> {
  const known = declared.filter(({ qualified }) => qualified === name);
  const asked = known.find(({ app }) => name.startsWith(`${app.source.name}/`)) ?? known[0];
  if (asked === undefined) return;
  const process = await asked.app.running().catch((error: Error) => {
    const message = `Cannot check the message: ${error.message} Try again, or send it unchecked.`;
    throw new FunctionError("unavailable", message, { cause: error });
  });
  const problem = await process.check(asked.local, data);
  if (problem !== undefined)
    throw new FunctionError("invalid", `${problem}. Mend the message, or send it unchecked.`);
}

/** What was checked where the schema is known, or is to go unchecked. */
export const anything: Schema = {
  "~standard": { version: 1, vendor: "faasade", validate: (value) => ({ value }) },
};

export function formatOf(world: World, queue: string): "cloudevents" | "raw" {
  for (const { source, functions } of world.apps.values()) {
    for (const { trigger } of functions) {
      if (trigger.kind === "message" && qualify(source.name, trigger.source) === queue) return trigger.format;
    }
  }
  return "cloudevents";
}
