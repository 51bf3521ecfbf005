// Damaged invocations, many: nothing comes down or hangs, and none is acknowledged that no handler handled.
import { schedule } from "@faasade/core";
import { LightRequest } from "@faasade/core/adapter";
import { describe, it } from "vitest";
import { answerInvocation } from "../../src/azure-functions/custom-invocation.ts";
import { openFunctionApp } from "../../src/azure-functions/function-app.ts";
import { created, received, receivedInBatches, removed } from "../aws-lambda/triggers.ts";
import { countingHandler } from "../fuzz/counting.ts";
import { damagedCount, mutate } from "../fuzz/mutate.ts";
import { fuzzed, sendDamaged } from "../fuzz/send-damaged.ts";
import { tryAzure } from "./fixture.ts";
import { invokeOnWire } from "./node-worker.ts";
import { type SampleEvent, samples, schedules, setVariables, withBytes } from "./samples.ts";

const seed = 20261124;

async function countingAzure() {
  const { counts, count } = countingHandler();
  const tried = await tryAzure(
    {
      created: [created("photos"), count],
      removed: [removed("photos"), count],
      receive: [received("orders"), count],
      "receive-raw": [received("readings"), count],
      "receive-many": [receivedInBatches("parcels"), count],
      tick: [schedule("0 6 * * *"), count],
    },
    {
      photos: "azure-blob://acmeshop/photos-container",
      orders: "service-bus://acme/orders",
      readings: "event-hubs://acme/readings",
      parcels: "event-hubs://acme/parcels",
    },
  );
  return { ...tried, counts, functionApp: openFunctionApp(tried.artefact, { log: () => {} }) };
}

describe("a damaged invocation", () => {
  it(
    `brings nothing down, hangs nowhere, and is never acknowledged in silence, of ${damagedCount}`,
    fuzzed,
    async () => {
      setVariables(schedules);
      const { worker, functionApp, counts, records } = await countingAzure();
      const invoke = async (event: SampleEvent): Promise<unknown> => {
        if (event.worker === "node") {
          const { data, triggerMetadata } = event;
          const wire = { data: withBytes(data), triggerMetadata };
          return (await invokeOnWire(worker, event.function, wire)).outputs["deadLetters"];
        }
        const body = Buffer.from(JSON.stringify(event.body) ?? "");
        const request = new LightRequest({ method: "POST", target: "/", headers: {}, body });
        const reply = await answerInvocation(functionApp, event.function, request);
        return JSON.parse(String(reply.body)).Outputs.deadLetters;
      };
      const events = [...samples.values()].map(({ event }) => JSON.stringify(event));
      await sendDamaged({
        what: "invocations",
        seed,
        events,
        outcomes: ["acknowledged", "dead", "again"],
        async send(sample, random) {
          const event = sample as SampleEvent;
          damage(event, random);
          const before = { ...counts };
          records.length = 0;
          let dead: unknown;
          try {
            dead = await invoke(event);
          } catch (thrown) {
            if (!(thrown instanceof Error) || thrown.message === "")
              throw new Error(`It threw ${thrown} for ${JSON.stringify(event)}`);
            return "again";
          }
          const handled = counts.handled - before.handled;
          const failed = counts.failed - before.failed;
          if (typeof dead === "string" && JSON.parse(dead).reason !== "") return "dead";
          if (failed > 0 || (handled === 0 && !isReserved(event)))
            throw new Error(`It is acknowledged: ${JSON.stringify(event)}`);
          return "acknowledged";
        },
      });
    },
  );
});

/** What the host itself writes stays: which function it is for, and that this is the worker that has it. */
function damage(event: SampleEvent, random: () => number): void {
  if (event.worker === "custom") {
    Object.assign(event, { body: mutate(event.body, random) });
    return;
  }
  const { data, triggerMetadata } = event;
  // The host's JSON is JSON; what is in it may be anything.
  const { json } = data as { json?: string };
  if (json !== undefined)
    Object.assign(event, { data: { json: JSON.stringify(mutate(JSON.parse(json), random)) } });
  else Object.assign(event, mutate({ data, triggerMetadata }, random));
  if (typeof event.triggerMetadata !== "object") Object.assign(event, { triggerMetadata: {} });
}

/** The keys that the store keeps for itself start nobody. */
function isReserved(event: SampleEvent): boolean {
  return JSON.stringify(event).includes("photos-container/blobs/.faasade/");
}
