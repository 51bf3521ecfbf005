// What Lambda really sends, as far as we have it: each sample becomes the canonical event or request.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { adapt } from "@faasade/platforms/aws-lambda";
import { describe, expect, it } from "vitest";
import { suiteApp } from "../conformance/app.ts";
import { invoke } from "../conformance/columns/aws-lambda/index.ts";

interface Sample {
  readonly source: string;
  readonly obtained: string;
  readonly date: string;
  readonly proof: "documented" | "captured" | "real-runtime";
  readonly event: unknown;
}

const folder = join(import.meta.dirname, "../../src/aws-lambda/samples");
const samples = new Map(
  readdirSync(folder).map((file): [string, Sample] => [
    basename(file, ".json"),
    JSON.parse(readFileSync(join(folder, file), "utf8")),
  ]),
);

const shown = (tags: readonly string[]) => ({
  body: expect.objectContaining({
    method: "POST",
    params: { rest: "a b" },
    query: [["size", "small"], ...tags.map((tag) => ["tag", tag])],
    headers: expect.arrayContaining([["cookie", "session=4f1c; theme=dark"]]),
  }),
});
const photo = { store: "photos", key: "summer 2026/café+sea.jpg" };
const created = {
  type: "dev.faasade.object.created",
  data: { ...photo, size: 1024, etag: "d41d8cd98f00b204e9800998ecf8427e" },
};
const order = { id: "e1", source: "/orders", data: { order: 7 } };
const due = {
  id: "suite/tick@2026-11-23T06:00:00Z",
  data: { job: "suite/tick", due: "2026-11-23T06:00:00.000Z" },
};

/** What must come of each: a reply's body, the event that a handler gets, or the answer. */
const expected: Readonly<Record<string, { body?: unknown; event?: object; value?: unknown }>> = {
  "http-api": shown(["a", "b c"]),
  "function-url": shown(["a", "b c"]),
  "rest-api": shown(["a", "b c"]),
  "load-balancer-multi-value": shown(["a", "b c"]),
  "load-balancer": shown(["b c"]),
  "envoy-filter": shown(["a", "b c"]),
  "s3-notification": { event: created },
  "s3-event-bridge": { event: created },
  "s3-event-bridge-deleted": { event: { type: "dev.faasade.object.removed", data: photo } },
  "s3-test-event": { value: { acknowledged: 0 } },
  sqs: { event: order, value: { batchItemFailures: [] } },
  "sqs-fifo": { event: order, value: { batchItemFailures: [] } },
  sns: { event: order },
  scheduler: { event: due },
  "event-bridge-rule": { event: due },
  "iot-rule": { event: { id: "50d5f7f3-3bd9-4b1e-9a25-1f6b1d1a3f5e", data: { celsius: 21.5 } } },
  call: { event: { data: { n: 1 } } },
};

/** Where the samples' buckets, queues and topics are. */
const urls: Readonly<Record<string, Record<string, string>>> = {
  "sqs-fifo": { orders: "sqs://orders.fifo" },
  sqs: { orders: "sqs://orders" },
  sns: { orders: "arn:aws:sns:eu-central-1:123456789012:orders" },
  "iot-rule": { readings: "mqtts://host/sites/+/readings" },
};

describe("samples", () => {
  it("are all expected something of, and say where they are from", () => {
    expect([...samples.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, sample] of samples) {
      expect(sample, name).toMatchObject({ source: expect.any(String), obtained: expect.any(String) });
      expect(sample.date, name).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(["documented", "captured", "real-runtime"], name).toContain(sample.proof);
    }
  });

  it.each([...samples])("%s is understood", async (name, { event }) => {
    const { artefact, handled } = suiteApp({ photos: "s3://photos-bucket", ...urls[name] });
    // The event of a rule names no function, so only one may be there.
    const functions = artefact.functions.filter((fn) => name !== "event-bridge-rule" || fn.name !== "tock");
    const answer = await invoke(adapt({ ...artefact, functions }, { log: () => {} }), event);
    const wanted = expected[name] ?? {};
    expect(answer).toHaveProperty("value");
    if (wanted.value !== undefined) expect(answer).toEqual({ value: wanted.value });
    if (wanted.event !== undefined) expect(handled[0]?.event).toMatchObject(wanted.event);
    if (wanted.body === undefined) return;
    const { value } = answer as { value: { body: string } };
    expect(JSON.parse(value.body)).toEqual(wanted.body);
  });
});
