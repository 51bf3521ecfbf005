// What queues in Postgres gave up: read from the database that the app's Secret names, and put back into its queue.
import { deadQueues, open, type SqlQueue } from "@faasade/connectors/queue/sql";
import { urlVariable } from "@faasade/core/adapter";
import type { Ledger } from "../../ledger.ts";
import type { StageDeadLetter } from "../../stage.ts";
import type { Place, StageId } from "../../target.ts";
import type { Kubectl } from "../kubectl.ts";
import { namespaceOf } from "../place.ts";
import { type Forwards, portOf } from "./forward.ts";

interface QueueLettersOptions {
  readonly kubectl: Kubectl;
  readonly id: StageId;
  readonly place: Place;
  readonly ledger: Ledger;
  readonly forwards: Forwards;
}

export interface QueueLetters {
  list(): Promise<readonly StageDeadLetter[]>;
  /** An id that several queues gave up goes back into each. @returns those that were there. */
  replay(ids: readonly string[]): Promise<readonly string[]>;
}

const mostLetters = 1000;
const postgresPort = 5432;

export function queueLetters(options: QueueLettersOptions): QueueLetters {
  return {
    async list() {
      const letters: StageDeadLetter[] = [];
      for await (const { name, queue } of queuesOf(options))
        for (const one of await queue.deadLetters({ limit: mostLetters }))
          letters.push({
            id: one.id,
            ...whose(options.id, name),
            at: new Date(one.deadAt).toISOString(),
            reason: one.reason,
            body: Buffer.from(one.body).toString("utf8"),
          });
      return letters;
    },
    async replay(ids) {
      const replayed: string[] = [];
      if (ids.length === 0) return replayed;
      for await (const { queue } of queuesOf(options)) replayed.push(...(await queue.replay(ids)));
      return replayed;
    },
  };
}

/** A queue of the app's, or the deliveries of one of its functions: `<app>/<function>`. */
function whose({ app }: StageId, name: string): Pick<StageDeadLetter, "function" | "queue"> {
  return name.startsWith(`${app}/`) ? { function: name.slice(app.length + 1) } : { queue: name };
}

/** Those that hold dead letters, each open for as long as it is looked at. */
async function* queuesOf(options: QueueLettersOptions): AsyncGenerator<{ name: string; queue: SqlQueue }> {
  const { id, ledger } = options;
  const own = Object.entries(ledger.drivers).flatMap(([resource, driver]) =>
    resource.startsWith("queue/") && driver === "sql" ? [resource.slice("queue/".length)] : [],
  );
  const urls = new Set<string>();
  for (const name of own) urls.add(await urlOf(options, name));
  urls.delete("");
  for (const url of urls)
    for (const name of await deadQueues(url)) {
      if (!own.includes(name) && !name.startsWith(`${id.app}/`)) continue;
      const queue = await open(url, { name, clock: { now: Date.now }, configuration: () => undefined });
      try {
        yield { name, queue };
      } finally {
        await queue.close();
      }
    }
}

/** Empty where nothing says it. It holds a password, and goes nowhere but to the driver. */
async function urlOf(
  { kubectl, id, place, ledger, forwards }: QueueLettersOptions,
  name: string,
): Promise<string> {
  const variable = urlVariable(name);
  const namespace = namespaceOf(id, place);
  const text = await kubectl.run(
    [
      ...["get", `secret/${id.app}`, `--namespace=${namespace}`, "--ignore-not-found"],
      `-o=jsonpath={.data.${variable}}`,
    ],
    { to: `read ${variable} of the Secret ${id.app}` },
  );
  const url = text === "" ? ledger.resources[variable] : Buffer.from(text, "base64").toString("utf8");
  if (url === undefined || !/^postgres(ql)?:/.test(url)) return "";
  const target = new URL(url);
  const local = await portOf(target.hostname, Number(target.port || postgresPort), namespace, forwards);
  if (local === undefined) return url;
  target.host = `127.0.0.1:${local}`;
  return target.href;
}
