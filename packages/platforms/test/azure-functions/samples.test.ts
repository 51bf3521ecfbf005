// What Azure's host sends, as far as we know: each sample becomes the canonical event.
import { describe, expect, it, onTestFinished } from "vitest";
import { startServer } from "../../src/azure-functions/custom-handler.ts";
import { suiteApp } from "../conformance/app.ts";
import { startWorker } from "./node-worker.ts";
import { samples, schedules, send, setVariables } from "./samples.ts";

const photo = { store: "photos", key: "summer 2026/café+sea.jpg" };
const created = {
  type: "dev.faasade.object.created",
  time: "2026-11-23T06:26:40.123Z",
  data: { ...photo, size: 1024, etag: "0x8D4BCC2E4835CD0" },
};
const order = { id: "e1", source: "/orders", data: { order: 7 } };
const due = {
  id: "suite/tick@2026-11-23T06:00:00Z",
  data: { job: "suite/tick", due: "2026-11-23T06:00:00.000Z" },
};

const expected: Readonly<
  Record<string, { readonly event?: object; readonly attempt?: number; readonly dead?: object }>
> = {
  "event-grid-created": { event: created },
  "event-grid-cloudevents-deleted": { event: { type: "dev.faasade.object.removed", data: photo } },
  timer: { event: due },
  "service-bus": { event: order, attempt: 2 },
  "storage-queue": { event: order, attempt: 2 },
  "event-hubs": { event: { source: "/readings", data: { celsius: 21.5 }, time: "2026-11-23T06:00:00.123Z" } },
  "iot-hub": {
    event: { id: "50d5f7f3-3bd9-4b1e-9a25-1f6b1d1a3f5e", subject: "roof", data: { celsius: 21.5 } },
  },
  "custom-handler-queue": { event: order, attempt: 2 },
  "custom-handler-event-grid": { event: created },
  "custom-handler-timer": { event: due },
  // One of the batch is no event: it is kept apart, and the other reaches the function.
  "custom-handler-event-hubs": {
    event: order,
    attempt: 2,
    dead: {
      function: "receive-many",
      code: "invalid",
      attempts: 2,
      events: [],
      unreadable: [{ base64: "ew==" }],
    },
  },
};

const urls: Readonly<Record<string, string>> = {
  "storage-queue": "storage-queue",
  "custom-handler-queue": "storage-queue",
  "event-hubs": "event-hubs",
  "iot-hub": "iot-hub",
  "custom-handler-event-hubs": "event-hubs",
};

describe("samples of Azure", () => {
  it("are all expected something of, and say where they are from", () => {
    expect([...samples.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, sample] of samples) {
      expect(sample, name).toMatchObject({
        source: expect.stringMatching(/^https:/),
        obtained: expect.any(String),
      });
      expect(sample.date, name).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(["documented", "captured", "real-runtime"], name).toContain(sample.proof);
    }
  });

  it.each([...samples])("%s is understood", async (name, { event }) => {
    setVariables(schedules);
    const service = urls[name] ?? "service-bus";
    const sources = ["orders", "readings", "parcels"].map((source) => [
      source,
      `${service}://acme/${source}`,
    ]);
    const { artefact, handled } = suiteApp({
      photos: "azure-blob://acmeshop/photos-container",
      ...Object.fromEntries(sources),
    });
    const worker = await startWorker(artefact, () => {});
    const server = await startServer(artefact, { log: () => {}, port: 0 });
    onTestFinished(() => server.drain(0));
    const { outputs } = await send(event, worker, server.port);
    const wanted = expected[name] ?? {};
    if (wanted.event !== undefined) expect(handled[0]?.event).toMatchObject(wanted.event);
    if (wanted.attempt !== undefined) expect(handled[0]?.attempt).toBe(wanted.attempt);
    if (wanted.dead === undefined) return expect(outputs).toEqual({});
    expect(JSON.parse(String(outputs["deadLetters"]))).toMatchObject(wanted.dead);
  });
});
