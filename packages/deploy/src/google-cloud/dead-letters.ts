// What Pub/Sub gave up: it waits in a subscription of the stage's own, is looked at, and posted to its function again.
import { post } from "../shared/post-event.ts";
import type { StageDeadLetter } from "../stage.ts";
import type { StageId } from "../target.ts";
import type { Gcloud } from "./gcloud.ts";

interface Pulled {
  readonly ackId: string;
  readonly message: {
    readonly messageId: string;
    readonly publishTime?: string;
    readonly data?: string;
    readonly attributes?: Readonly<Record<string, string>>;
  };
}

interface DeadLettersOptions {
  readonly id: StageId;
  readonly gcloud: Gcloud;
  readonly destinationOf: (name: string) => Promise<string>;
  readonly authorize: (request: Request) => Promise<Request>;
}

const mostAtOnce = 100;

export function deadLettersOf({ id, gcloud, destinationOf, authorize }: DeadLettersOptions) {
  const subscription = `${id.name}-dead-letters`;
  const to = `look at the dead letters of ${id.name}`;

  /** Pulled and given back: what is looked at stays. */
  async function pull(): Promise<readonly Pulled[]> {
    const args = ["pubsub", "subscriptions", "pull", subscription, `--limit=${mostAtOnce}`];
    const pulled = await gcloud.json<readonly Pulled[]>(args, { to });
    const ids = pulled.map(({ ackId }) => ackId);
    if (ids.length > 0)
      await gcloud.run(
        [
          "pubsub",
          "subscriptions",
          "modify-message-ack-deadline",
          subscription,
          `--ack-ids=${ids.join(",")}`,
          "--ack-deadline=0",
        ],
        { to },
      );
    return pulled;
  }

  return {
    list: async (): Promise<readonly StageDeadLetter[]> => (await pull()).map((one) => toLetter(one, id)),
    async replay(ids: readonly string[]): Promise<number> {
      const wanted = new Set(ids);
      let replayed = 0;
      for (const one of await pull()) {
        const { message } = one;
        if (!wanted.has(message.messageId)) continue;
        const name = functionOf(one, id);
        if (name === undefined)
          throw new Error(`Cannot replay ${message.messageId}: it does not say whose it is.`);
        const { ok, error } = await deliver(await destinationOf(name), one);
        if (!ok)
          throw new Error(`Cannot replay ${message.messageId}: ${name} failed again (${error?.message}).`);
        await acknowledge(message.messageId);
        replayed += 1;
      }
      return replayed;
    },
  };

  function deliver(url: string, { message }: Pulled) {
    const envelope = { message, subscription };
    return post(url, { "content-type": "application/json" }, JSON.stringify(envelope), authorize);
  }

  /** Its former acknowledgement id ended when it was given back. */
  async function acknowledge(messageId: string): Promise<void> {
    const again = await gcloud.json<readonly Pulled[]>(
      ["pubsub", "subscriptions", "pull", subscription, `--limit=${mostAtOnce}`],
      { to },
    );
    const own = again.filter(({ message }) => message.messageId === messageId).map(({ ackId }) => ackId);
    if (own.length > 0)
      await gcloud.run(["pubsub", "subscriptions", "ack", subscription, `--ack-ids=${own.join(",")}`], {
        to,
      });
  }
}

function toLetter(pulled: Pulled, id: StageId): StageDeadLetter {
  const { messageId, publishTime = "", data = "", attributes = {} } = pulled.message;
  const name = functionOf(pulled, id);
  const attempts = attributes["CloudPubSubDeadLetterSourceDeliveryCount"];
  return {
    id: messageId,
    ...(name === undefined ? {} : { function: name }),
    at: attributes["CloudPubSubDeadLetterSourceTopicPublishTime"] ?? publishTime,
    reason: `given up by Pub/Sub${attempts === undefined ? "" : ` after ${attempts} attempts`}; its function's log says why`,
    body: Buffer.from(data, "base64").toString("utf8"),
  };
}

/** https://cloud.google.com/pubsub/docs/dead-letter-topics#how_dead_letter_topics_work */
function functionOf({ message }: Pulled, id: StageId): string | undefined {
  const source = message.attributes?.["CloudPubSubDeadLetterSourceSubscription"];
  return source?.startsWith(`${id.name}-`)
    ? source.slice(id.name.length + 1)
    : /faasade\/events\/([\w-]+)/.exec(source ?? "")?.[1];
}
