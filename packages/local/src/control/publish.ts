// Publishes on an app's topic, as a device or an app would.
import { topic as declareTopic, type TopicDriver, type TopicSender } from "@faasade/connectors/topic";
import { FunctionError } from "@faasade/core";
import { operatorAmbient } from "../data/ambient.ts";
import type { World } from "../world.ts";
import { chooseName } from "./choose-name.ts";
import { anything, checkMessage, declaredAs, formatOf } from "./send.ts";

export interface PublishOptions {
  readonly key: string | undefined;
  /** To see what functions make of a message that its schema refuses. */
  readonly unchecked: boolean;
}

/**
 * @returns the message's id, when it is with every function that subscribes.
 * @throws {FunctionError} `invalid` with the path that the schema refuses, `unavailable` when the app cannot be asked.
 */
export async function publishMessage(
  world: World,
  topic: string,
  data: unknown,
  { key, unchecked }: PublishOptions,
): Promise<string> {
  const declared = declaredAs(world, "topic");
  const names = declared.map(({ qualified }) => qualified);
  const name = chooseName("topic", topic, names, (message) => new FunctionError("not_found", message));
  if (!unchecked) await checkMessage(declared, name, data);
  const driver: TopicDriver = {
    async publish(messages) {
      for (const { id, body, key = "" } of messages)
        await world.topics.take({ topic: key === "" ? name : `${name}/${key}`, payload: body, id });
    },
    close: async () => {},
  };
  const id = crypto.randomUUID();
  const ambient = operatorAmbient(world.clock, world.causes.open(id));
  const resource = declareTopic(name, anything, { format: formatOf(world, name) });
  const client = resource.connect(driver, "send", ambient) as TopicSender<unknown>;
  await client.send(data, { id, ...(key === undefined ? {} : { key }) });
  world.journal.note({ kind: "operator", id, title: `published ${unchecked ? "unchecked " : ""}on ${name}` });
  return id;
}
