// Google's fake of Pub/Sub behind the service's REST, with a clock that a test may move.
import type { Clock } from "@faasade/core";
import type { QueueWorld } from "../../src/queue/conformance.ts";
import { open } from "../../src/queue/pubsub/index.ts";
import { installedPath } from "./installed.ts";
import { startServer } from "./server-process.ts";

export interface PubSub extends QueueWorld {
  /** Knows nothing but the emulator. */
  readonly configuration: (variable: string) => string | undefined;
  /** @returns the answer's JSON. @throws {Error} for every other answer. */
  ask(method: "PUT" | "POST", path: string, body: object): Promise<Record<string, unknown>>;
  /** A topic with a subscription of its name, and the same for its dead letters. @returns the URL of the queue. */
  create(name: string): Promise<string>;
}

const project = "acme";

export async function startPubSub(): Promise<PubSub> {
  const server = startServer(installedPath("pubsub", "pubsub"), []);
  const [, host = ""] = await server.printed(/listening at (\S+)\n/);
  const urls = new Map<string, Promise<string>>();
  const configuration = (variable: string) => (variable === "PUBSUB_EMULATOR_HOST" ? host : undefined);
  const ask: PubSub["ask"] = async (method, path, body) => {
    const reply = await fetch(`http://${host}${path}`, { method, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
    return (await reply.json()) as Record<string, unknown>;
  };
  const create = async (name: string): Promise<string> => {
    const of = `/v1/projects/${project}`;
    const deadLetterTopic = `projects/${project}/topics/${name}-dead`;
    for (const topic of [`${name}-dead`, name]) await ask("PUT", `${of}/topics/${topic}`, {});
    await ask("PUT", `${of}/subscriptions/${name}-dead`, { topic: deadLetterTopic, ackDeadlineSeconds: 60 });
    await ask("PUT", `${of}/subscriptions/${name}`, {
      topic: `projects/${project}/topics/${name}`,
      ackDeadlineSeconds: 10,
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 100 },
    });
    return `pubsub://${name}?project=${project}&subscription=${name}&dead-letters=${name}-dead`;
  };
  return {
    configuration,
    ask,
    create,
    async queue(name, clock) {
      const url = urls.get(name) ?? create(name);
      urls.set(name, url);
      return open(await url, { clock, configuration });
    },
    setClock: async (clock: Clock) => void (await ask("POST", "/clock", { now: clock.now() })),
    close: () => server.stop(),
  };
}
