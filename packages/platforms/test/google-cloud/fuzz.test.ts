// Damaged events, many: the server lives, always answers, and acknowledges nothing that no handler handled.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { called, schedule } from "@faasade/core";
import { describe, it } from "vitest";
import { created, received, receivedInBatches, removed } from "../aws-lambda/triggers.ts";
import { asFields } from "../fuzz/as-fields.ts";
import { anything, countingHandler } from "../fuzz/counting.ts";
import { damagedCount, mutate } from "../fuzz/mutate.ts";
import { fuzzed, sendDamaged } from "../fuzz/send-damaged.ts";
import { tryGoogle } from "./google.ts";

const seed = 20261124;

const folder = join(import.meta.dirname, "../../src/google-cloud/samples");
const events = readdirSync(folder).map((file) => {
  const { event } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { event: unknown };
  return JSON.stringify(event);
});

function countingGoogle() {
  const { counts, count } = countingHandler();
  const functions = {
    made: [created("photos"), count],
    gone: [removed("photos"), count],
    orders: [received("orders"), count],
    parcels: [receivedInBatches("parcels"), count],
    tick: [schedule("0 6 * * *"), count],
    ask: [called({ input: anything, output: anything }), count],
  } as const;
  return {
    ...tryGoogle(functions, { photos: "gs://photos-bucket" }),
    counts,
    names: [...Object.keys(functions), "absent"],
  };
}

describe("a damaged event from Google", () => {
  it(
    `brings nothing down, hangs nowhere, and is never acknowledged in silence, of ${damagedCount}`,
    fuzzed,
    async () => {
      const { post, counts, names, records, seen } = countingGoogle();
      await sendDamaged({
        what: "events",
        seed,
        events,
        outcomes: ["acknowledged", "again", "refused"],
        async send(sample, random) {
          const { headers, body } = Object(mutate(sample, random));
          const name = names[Math.floor(random() * names.length)] as string;
          const before = { ...counts };
          records.length = 0;
          seen.length = 0;
          const { status } = await post(name, asFields(headers), body ?? "");
          const handled = counts.handled - before.handled;
          const failed = counts.failed - before.failed;
          const isReserved = JSON.stringify(body)?.includes(".faasade/") === true;
          const isAcknowledged = status < 300;
          const isSilent = isAcknowledged && (failed > 0 || handled + Number(isReserved) !== 1);
          const isLost = !isAcknowledged && (handled > 0 || (failed === 0 && records.length === 0));
          if (isSilent || isLost || status < 200 || status > 599)
            throw new Error(
              `${name} answered ${status} (${handled} handled, ${failed} failed): ${JSON.stringify({ headers, body })}`,
            );
          if (isAcknowledged) return "acknowledged";
          return status >= 500 ? "again" : "refused";
        },
      });
    },
  );
});
