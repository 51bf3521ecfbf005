// A stage on a cluster as one works with it, by kubectl: calls, stores, logs and dead letters.
import type { CloudEvent } from "@faasade/core";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../../ledger.ts";
import type { StageClient } from "../../stage.ts";
import type { Place, StageId } from "../../target.ts";
import { kubectlAt } from "../kubectl.ts";
import { deadEventsIn } from "./dead-letters.ts";
import { type FailedJob, failedJobsOf, replayJob } from "./failed-jobs.ts";
import { forwardsBy } from "./forward.ts";
import { invoker } from "./invoke.ts";
import { logLines } from "./logs.ts";
import { queueLetters } from "./queue-letters.ts";
import { openStore } from "./store.ts";

export async function openStage(ledger: Ledger, place: Place): Promise<StageClient> {
  const { app, stage, platform } = ledger;
  const id: StageId = { app, stage, platform, name: `${app}-${stage}` };
  const kubectl = kubectlAt(place);
  const forwards = forwardsBy(kubectl);
  const { invoke, deliver, originOf } = invoker({ kubectl, id, place, ledger, forwards });
  const events = () =>
    platform === "knative"
      ? deadEventsIn(logLines(kubectl, id, place, {}))
      : Promise.resolve([] as Awaited<ReturnType<typeof deadEventsIn>>);
  // Knative's schedules send events, and have no Jobs.
  const jobs = () =>
    platform === "knative" ? Promise.resolve([] as FailedJob[]) : failedJobsOf(kubectl, id, place);
  const queues = queueLetters({ kubectl, id, place, ledger, forwards });
  return {
    // Logs are wanted above all where no pod answers.
    url: ledger.url ?? (await originOf().catch(() => undefined)),
    invoke,
    store: (name) => openStore(kubectl, id, place, ledger, forwards, name),
    logs: (options) => logLines(kubectl, id, place, options),
    async deadLetters() {
      const others = [...(await events()), ...(await jobs())].map(({ letter }) => letter);
      return [...others, ...(await queues.list())].sort((one, other) => (one.at < other.at ? -1 : 1));
    },
    async replay(ids) {
      const dead = new Map((await events()).map((one) => [one.letter.id, one]));
      const failed = new Map((await jobs()).map((one) => [one.letter.id, one]));
      const inQueues = await queues.replay(ids);
      let replayed = inQueues.length;
      for (const one of ids) {
        if (inQueues.includes(one)) continue;
        const job = failed.get(one);
        if (job !== undefined) {
          await replayJob(kubectl, id, place, job);
          replayed += 1;
          continue;
        }
        const { letter, event } = dead.get(one) ?? {};
        if (letter?.function === undefined || event === undefined)
          throw new Refusal(
            `Cannot replay ${one}: no dead letter of ${id.name} has this id and says its function.`,
          );
        const { ok, error } = await deliver(letter.function, withoutFailure(event));
        if (!ok)
          throw new Error(
            `Cannot replay ${one}: ${letter.function} failed again (${error?.code}: ${error?.message}).`,
          );
        replayed += 1;
      }
      return replayed;
    },
    close: () => forwards.close(),
  };
}

/** As it was before it was given up. */
export function withoutFailure(event: CloudEvent): CloudEvent {
  const entries = Object.entries(event.extensions).filter(([name]) => !name.startsWith("knativeerror"));
  return { ...event, extensions: Object.fromEntries(entries) };
}
