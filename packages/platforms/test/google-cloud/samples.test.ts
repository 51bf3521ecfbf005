// What Google really sends, as far as we have it: each sample becomes the canonical event.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openGoogleApp } from "../../src/google-cloud/app.ts";
import { decoderOf } from "../../src/google-cloud/events.ts";
import { answerEvents } from "../../src/shared/server/events.ts";
import { suiteApp } from "../conformance/app.ts";

interface Sample {
  readonly source: string;
  readonly obtained: string;
  readonly date: string;
  readonly proof: "documented" | "captured" | "real-runtime";
  readonly event: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown };
}

const folder = join(import.meta.dirname, "../../src/google-cloud/samples");
const samples = new Map(
  readdirSync(folder).map((file): [string, Sample] => [
    basename(file, ".json"),
    JSON.parse(readFileSync(join(folder, file), "utf8")),
  ]),
);

const photo = { store: "photos", key: "summer 2026/café+sea.jpg" };
const order = { id: "e1", source: "/orders", data: { order: 7 } };

/** Whom each is posted to, and the event that its handler gets. */
const expected: Readonly<Record<string, { to: string; event: object; attempt?: number }>> = {
  "eventarc-storage-finalized": {
    to: "created",
    event: {
      type: "dev.faasade.object.created",
      time: "2026-11-23T15:22:24.512Z",
      data: { ...photo, size: 1024, etag: "CIDd2PHv9ZADEAE=" },
    },
  },
  "eventarc-storage-deleted": { to: "removed", event: { type: "dev.faasade.object.removed", data: photo } },
  "eventarc-pubsub": { to: "receive", event: order },
  "pubsub-push": { to: "receive", event: order, attempt: 5 },
  "pubsub-push-unwrapped": { to: "receive", event: order },
  "cloud-scheduler": {
    to: "tick",
    event: {
      id: "suite/tick@2026-11-23T06:00:00Z",
      data: { job: "suite/tick", due: "2026-11-23T06:00:00.000Z" },
    },
  },
  call: { to: "ask", event: { data: { n: 1 } } },
};

describe("samples of Google Cloud", () => {
  it("are all expected something of, and say where they are from", () => {
    expect([...samples.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, sample] of samples) {
      expect(sample, name).toMatchObject({ source: expect.any(String), obtained: expect.any(String) });
      expect(sample.date, name).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(["documented", "captured", "real-runtime"], name).toContain(sample.proof);
    }
  });

  it.each([...samples])("%s is understood", async (name, { event }) => {
    const { to, attempt = 1, ...wanted } = expected[name] as (typeof expected)[string];
    const { artefact, handled } = suiteApp({ photos: "gs://photos-bucket" });
    const google = openGoogleApp(artefact, { log: () => {} });
    const decodeEvents = decoderOf(google);
    const body = Buffer.from(typeof event.body === "string" ? event.body : JSON.stringify(event.body));
    const delivery = { method: "POST", target: `/.faasade/events/${to}`, headers: event.headers, body };
    expect((await answerEvents(google.app, to, delivery, { decodeEvents })).status).toBe(204);
    expect(handled).toHaveLength(1);
    expect(handled[0]).toMatchObject({ function: to, attempt, event: wanted.event });
  });
});
