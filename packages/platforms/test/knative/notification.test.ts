// Reading notifications: the key as the store knows it, in the store that keeps it, under an id that tells changes apart.
import { deterministicId } from "@faasade/core/cloudevents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOf, keyWithin, readNotification } from "../../src/shared/s3/notification.ts";

/** As S3 encodes keys: a form's value, in which slashes stand as they are. */
const encode = (key: string): string => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

function record(object: object, { name = "ObjectCreated:Put", bucket = "b", configurationId = "all" } = {}) {
  return {
    eventName: name,
    eventTime: "2026-11-23T10:15:44Z",
    s3: { configurationId, bucket: { name: bucket }, object },
  };
}

/** Any text, and what encodings trip over. */
const anyKey = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom(" ", "+", "%", "2", "0", "/", "&", "=", "ü", "😀"), minLength: 1 }),
  )
  .filter((key) => key.isWellFormed());

describe("a notification", () => {
  it("gives back any key, form-encoded or, from versitygw, as it is", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const read = (said: string, configurationId: string) =>
          readNotification({ Records: [record({ key: said, sequencer: "1" }, { configurationId })] })[0]?.key;
        expect(read(encode(key), "all")).toBe(key);
        expect(read(key, "webhook-global")).toBe(key);
      }),
    );
  });

  it("finds a key in the stores whose bucket and prefix hold it, and in no other", () => {
    fc.assert(
      fc.property(anyKey, fc.stringMatching(/^[a-z0-9-]{1,8}$/), (key, prefix) => {
        expect(keyWithin("s3://b", { bucket: "b", key })).toBe(key);
        expect(keyWithin(`s3://b/${prefix}?region=x`, { bucket: "b", key: `${prefix}/${key}` })).toBe(key);
        expect(keyWithin(`s3://b/${prefix}`, { bucket: "b", key: `${prefix}x/${key}` })).toBeUndefined();
        expect(keyWithin("s3://b", { bucket: "c", key })).toBeUndefined();
        expect(keyWithin("gs://b", { bucket: "b", key })).toBeUndefined();
      }),
    );
  });

  it("tells an event for each store that keeps the object, and for none that waits for something else", () => {
    const urls: Record<string, string> = { all: "s3://b", some: "s3://b/in", other: "s3://c" };
    const waits = ["all", "some", "other"].map(
      (store) => ({ function: `of-${store}`, store, change: "created", filter: {} }) as const,
    );
    const [change] = readNotification({ Records: [record({ key: "in/a.jpg", sequencer: "7" })] });
    if (change === undefined) return expect.unreachable();
    const others = waits.map((wait) => ({ ...wait, function: "other", filter: { suffix: [".jpg"] } }));
    const pngs = waits.map((wait) => ({ ...wait, function: "png", filter: { suffix: [".png"] } }));
    const events = eventsOf("app", [...waits, ...others, ...pngs], (store) => urls[store], change);
    expect(events.map(({ event: { id, data }, functions }) => [id, data.store, data.key, functions])).toEqual(
      [
        [deterministicId("app", "all", "in/a.jpg", "7"), "all", "in/a.jpg", ["of-all", "other"]],
        [deterministicId("app", "some", "a.jpg", "7"), "some", "a.jpg", ["of-some", "other"]],
      ],
    );
    const removed = waits.map((wait) => ({ ...wait, change: "removed" }) as const);
    expect(eventsOf("app", removed, (store) => urls[store], change)).toEqual([]);
  });

  it("from versitygw has a version that is its own after a restart, which counts its sequencer anew", () => {
    const read = (eventTime: string) => {
      const said = {
        ...record({ key: "a", eTag: '"e"', sequencer: "1" }, { configurationId: "webhook-global" }),
        eventTime,
      };
      return readNotification({ Records: [said] })[0];
    };
    const [before, after] = [read("2026-11-23T10:15:44Z"), read("2026-11-23T10:20:00Z")];
    expect(before?.version).not.toBe(after?.version);
    expect(before?.etag).toBe("e");
  });

  it("never reads anything else as a change, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          for (const change of readNotification(value)) expect(change.key).not.toBe("");
        } catch (error) {
          expect(error).toMatchObject({ name: "FunctionError", code: "invalid" });
        }
      }),
    );
  });
});
