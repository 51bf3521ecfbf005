// Damaged events, many: the pod lives, always answers, and neither acknowledges nor gives up what it ought not to.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { called, schedule } from "@faasade/core";
import { type AnyFunction, openApp, outlineTrigger } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { describe, it } from "vitest";
import { decoderOf } from "../../src/knative/events.ts";
import { processHost } from "../../src/shared/host.ts";
import { answerEvents } from "../../src/shared/server/events.ts";
import { created, received, removed } from "../aws-lambda/triggers.ts";
import { asFields } from "../fuzz/as-fields.ts";
import { anything, countingHandler } from "../fuzz/counting.ts";
import { damagedCount, mutate } from "../fuzz/mutate.ts";
import { fuzzed, sendDamaged } from "../fuzz/send-damaged.ts";

const seed = 20261130;
const folder = join(import.meta.dirname, "../../src/knative/samples");
const events = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
/** https://github.com/knative/eventing/blob/main/pkg/kncloudevents/retries.go: SelectiveRetry, and every 5xx. */
const sentAgain = [404, 408, 409, 429];

function countingKnative() {
  const { counts, count } = countingHandler();
  const triggers: Readonly<Record<string, AnyFunction["trigger"]>> = {
    made: created("photos"),
    gone: removed("photos"),
    take: received("orders"),
    readings: received("readings"),
    tick: schedule("0 6 * * *"),
    ask: called({ input: anything, output: anything }),
  };
  const functions = Object.entries(triggers).map(([name, trigger]) => ({
    name,
    trigger: outlineTrigger(trigger),
    load: async () => ({ default: { name, trigger, handle: count } as AnyFunction }),
  }));
  const load = async () => ({ open: () => undefined });
  const artefact: Artefact = {
    app: "suite",
    functions,
    drivers: { photos: { url: "s3://photos-bucket?region=eu-central-1", load } },
  };
  const app = openApp(artefact, processHost(artefact, { log: () => {} }));
  const how = { decodeEvents: decoderOf(artefact, () => {}), replyEvents: true };
  return {
    counts,
    names: [...Object.keys(triggers), "absent"],
    post(name: string, headers: Record<string, string>, body: unknown) {
      const bytes = Buffer.from(typeof body === "string" ? body : (JSON.stringify(body) ?? ""));
      const delivery = { method: "POST", target: `/.faasade/events/${name}`, headers, body: bytes };
      return answerEvents(app, name, delivery, how);
    },
  };
}

describe("a damaged event on Knative", () => {
  it(
    `brings nothing down, hangs nowhere, and is never acknowledged in silence, of ${damagedCount}`,
    fuzzed,
    async () => {
      const { post, counts, names } = countingKnative();
      await sendDamaged({
        what: "events on Knative",
        seed,
        events,
        outcomes: ["acknowledged", "again", "refused"],
        async send(sample, random) {
          const { headers, body } = Object(mutate(sample, random));
          const name = names[Math.floor(random() * names.length)] as string;
          const before = { ...counts };
          const { status } = await post(name, asFields(headers), body ?? "");
          const handled = counts.handled - before.handled;
          const failed = counts.failed - before.failed;
          const isReserved = JSON.stringify(body)?.includes(".faasade/") === true;
          const isAcknowledged = status >= 200 && status < 300;
          const isAgain = status >= 500 || sentAgain.includes(status);
          const isSilent = isAcknowledged && (failed > 0 || (handled !== 1 && !isReserved));
          // What failed may succeed later; what cannot be read never will.
          const isLost = !isAcknowledged && (handled > 0 || failed > 0 !== isAgain);
          if (isSilent || isLost || status < 200 || status > 599)
            throw new Error(
              `${name} answered ${status} (${handled} handled, ${failed} failed): ${JSON.stringify({ headers, body })}`,
            );
          if (isAcknowledged) return "acknowledged";
          return isAgain ? "again" : "refused";
        },
      });
    },
  );
});
