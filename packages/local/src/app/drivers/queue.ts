// Queues: tables of the world's own database, through the host's pipe, unless they are on an engine.
import type { QueueDriver } from "@faasade/connectors/queue";
import type { Clock } from "@faasade/core";
import { queueUrl } from "../../engines/engines.ts";
import type { LocalDriver } from "./local-driver.ts";

export const queue: LocalDriver = ({ qualified }, { pipe, engines }) => ({
  url: queueUrl(engines, qualified) ?? `pipe:${pipe}?database=world`,
  load: async () => ({ open: (url, { clock }) => openQueue(url, qualified, clock) }),
});

/** By the scheme of the URL. @param name under which tables know the queue */
export async function openQueue(url: string, name: string, clock: Clock): Promise<QueueDriver> {
  if (!/^(pipe|postgres(ql)?):/.test(url))
    return (await import("@faasade/connectors/queue/sqs")).open(url, { clock });
  const [{ sqlQueueModule }, database] = await Promise.all([
    import("@faasade/connectors/queue/sql"),
    url.startsWith("pipe:") ? import("../../sql/pipe.ts") : import("@faasade/connectors/sql/pg"),
  ]);
  return sqlQueueModule(database).open(url, {
    name,
    clock,
    configuration: () => undefined,
  }) as Promise<QueueDriver>;
}
