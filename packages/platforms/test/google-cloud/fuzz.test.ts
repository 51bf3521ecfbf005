// Damaged events, many: the server lives, always answers, and acknowledges nothing that no handler handled.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { called, schedule } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { created, received, receivedInBatches, removed } from "../aws-lambda/triggers.ts";
import { damagedCount, mutate, seeded } from "../fuzz/mutate.ts";
import { tryGoogle } from "./google.ts";

const longestMilliseconds = 20_000;
const seed = 20261124;

const folder = join(import.meta.dirname, "../../src/google-cloud/samples");
const events = readdirSync(folder).map((file) => {
  const { event } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { event: unknown };
  return JSON.stringify(event);
});
const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;

/** Each function counts what it handled; every third time each fails, in this way or that. */
function countingGoogle() {
  const counts = { handled: 0, failed: 0, began: 0 };
  const count = (): unknown => {
    counts.began += 1;
    if (counts.began % 3 !== 0) {
      counts.handled += 1;
      return undefined;
    }
    counts.failed += 1;
    if (counts.began % 2 === 0) throw new Error("thrown");
    return Promise.reject(new Error("rejected"));
  };
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
  it(`brings nothing down, hangs nowhere, and is never acknowledged in silence, of ${damagedCount}`, {
    timeout: 60_000,
  }, async () => {
    const { post, counts, names, records, seen } = countingGoogle();
    const random = seeded(seed);
    const until = performance.now() + longestMilliseconds;
    const outcomes = { acknowledged: 0, again: 0, refused: 0 };
    let run = 0;
    for (; run < damagedCount && performance.now() < until; run += 1) {
      const { headers, body } = Object(mutate(JSON.parse(events[run % events.length] ?? ""), random));
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
          `Run ${run}: ${name} answered ${status} (${handled} handled, ${failed} failed): ${JSON.stringify({ headers, body })}`,
        );
      outcomes[isAcknowledged ? "acknowledged" : status >= 500 ? "again" : "refused"] += 1;
    }
    console.info(`fuzz: ${run} of ${damagedCount} damaged events, seed ${seed}: ${JSON.stringify(outcomes)}`);
    expect(run).toBeGreaterThan(0);
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(run / 1000);
  });
});

/** What can be a header field at all: names and values as a server lets them in. */
function asFields(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Object(headers) as Record<string, unknown>)
      .map(
        ([name, value]) =>
          [name.toLowerCase(), String(value).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?")] as const,
      )
      .filter(([name]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)),
  );
}
