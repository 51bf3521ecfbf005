// Damaged events, many: the handler lives, always answers, and acknowledges nothing that no handler handled.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { called, http, schedule, text } from "@faasade/core";
import { describe, it } from "vitest";
import { anything, countingHandler } from "../fuzz/counting.ts";
import { damagedCount, mutate } from "../fuzz/mutate.ts";
import { fuzzed, sendDamaged } from "../fuzz/send-damaged.ts";
import { context, tryLambda } from "./lambda.ts";
import { created, received, receivedInBatches, removed } from "./triggers.ts";

const seed = 20261123;

const folder = join(import.meta.dirname, "../../src/aws-lambda/samples");
const events = readdirSync(folder).map((file) => {
  const { event } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { event: unknown };
  return JSON.stringify(event);
});

function countingLambda() {
  const { counts, count } = countingHandler();
  const { handler, records, seen } = tryLambda(
    {
      show: [http("* /show/{rest+}", { auth: "public" }), () => text("shown")],
      made: [created("photos"), count],
      gone: [removed("photos"), count],
      orders: [received("orders"), count],
      "orders-in-order": [received("orders-in-order"), count],
      parcels: [receivedInBatches("parcels"), count],
      news: [received("news"), count],
      readings: [received("readings"), count],
      tick: [schedule("0 6 * * *"), count],
      ask: [called({ input: anything, output: anything }), count],
    },
    {
      photos: "s3://photos-bucket",
      orders: "sqs://orders",
      "orders-in-order": "sqs://orders.fifo",
      news: "sns://orders",
      readings: "mqtts://host/sites/+/readings",
    },
  );
  const forget = (): void => {
    records.length = 0;
    seen.length = 0;
  };
  return { handler, counts, forget };
}

describe("a damaged event", () => {
  it(
    `brings nothing down, hangs nowhere, and is never acknowledged in silence, of ${damagedCount}`,
    fuzzed,
    async () => {
      const { handler, counts, forget } = countingLambda();
      await sendDamaged({
        what: "events",
        seed,
        events,
        outcomes: ["http", "acknowledged", "partly", "refused"],
        async send(sample, random) {
          const event = mutate(sample, random);
          const before = { ...counts };
          forget();
          let answer: unknown;
          try {
            answer = await handler(event, context);
          } catch (thrown) {
            if (!(thrown instanceof Error) || thrown.message === "")
              throw new Error(`It threw ${thrown} for ${JSON.stringify(event)}`);
            return "refused";
          }
          const handled = counts.handled - before.handled;
          const failed = counts.failed - before.failed;
          const fault = faultOf(answer, event, { handled, failed });
          if (fault !== undefined)
            throw new Error(`${fault}: ${JSON.stringify(event)} → ${JSON.stringify(answer)}`);
          return kinds[Object.keys(Object(answer)).find((name) => name in kinds) ?? ""];
        },
      });
    },
  );
});

const kinds: Readonly<Record<string, "http" | "acknowledged" | "partly">> = {
  statusCode: "http",
  status_code: "http",
  acknowledged: "acknowledged",
  batchItemFailures: "partly",
};

/** What is wrong with an answer, given what the handlers did; undefined when nothing is. */
function faultOf(
  answer: unknown,
  event: unknown,
  did: { handled: number; failed: number },
): string | undefined {
  if (answer === undefined) return "no concrete value";
  const { statusCode, status_code, acknowledged, batchItemFailures } = Object(answer) as Record<
    string,
    unknown
  >;
  const status = statusCode ?? status_code;
  if (status !== undefined) {
    const isStatus = Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599;
    return isStatus ? undefined : "no status";
  }
  if (batchItemFailures !== undefined) {
    const { Records } = event as { Records: { messageId: string }[] };
    const ids = Records.map(({ messageId }) => messageId);
    const failed = (batchItemFailures as { itemIdentifier: string }[]).map(
      ({ itemIdentifier }) => itemIdentifier,
    );
    if (!failed.every((id) => ids.includes(id))) return "a failure of nobody";
    const kept = ids.filter((id) => !failed.includes(id)).length;
    return kept <= did.handled ? undefined : "messages that nobody handled are acknowledged";
  }
  if (acknowledged !== undefined) {
    if (did.failed > 0) return "a failure is acknowledged";
    return did.handled > 0 || isOfNobody(event) ? undefined : "an event that nobody handled is acknowledged";
  }
  return did.failed === 0 && did.handled === 1 ? undefined : "a call that failed has a value";
}

/** What S3 tries a notification with, and the keys that the store keeps for itself. */
function isOfNobody(event: unknown): boolean {
  const { Event } = Object(event) as { Event?: unknown };
  return Event === "s3:TestEvent" || /"key":"\.faasade(\/|%2F)/i.test(JSON.stringify(event));
}
