// Topics of Pub/Sub, to send to: Google itself starts the functions that subscribe.
import type { ConfigurationSource } from "@faasade/core/adapter";
import { PubSubConnection } from "../shared/google/pubsub/connection.ts";
import { encodeMessage, publishAll } from "../shared/google/pubsub/publish.ts";
import { parseTarget } from "../shared/google/pubsub/target.ts";
import type { TopicDriver } from "./driver.ts";

/** Asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(
  url: string,
  { configuration }: { readonly configuration: ConfigurationSource },
): TopicDriver {
  const target = parseTarget(url, configuration);
  const connection = new PubSubConnection(target);
  return {
    publish: async (messages) => publishAll(connection, target, messages.map(encodeMessage)),
    close: async () => {},
  };
}
