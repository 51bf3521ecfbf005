// Traps of S3: two encodings of keys, buckets shared by stores, events that are neither creation nor removal.
import { describe, expect, it } from "vitest";
import { context, thrownBy, tryLambda } from "./lambda.ts";
import { created, removed } from "./triggers.ts";

const notice = (eventName: string, key: string, bucket = "b", more: object = {}) => ({
  eventSource: "aws:s3",
  eventName,
  s3: { bucket: { name: bucket }, object: { key, ...more } },
});
const bridged = (type: string, key: string) => ({
  "detail-type": type,
  source: "aws.s3",
  detail: { bucket: { name: "b" }, object: { key } },
});

describe("an object's key", () => {
  it("is form-encoded in a notification, and as it is in EventBridge", async () => {
    const { handler, seen } = tryLambda({ on: [created("photos")] }, { photos: "s3://b" });
    await handler({ Records: [notice("ObjectCreated:Put", "a+b%2Bc%2F%C3%A9%25.txt")] }, context);
    await handler(bridged("Object Created", "a+b%2Bc/é%.txt"), context);
    expect(seen.map(({ event }) => event.data.key)).toEqual(["a b+c/é%.txt", "a+b%2Bc/é%.txt"]);
  });

  it("that is not form-encoded is refused", async () => {
    const { handler } = tryLambda({ on: [created("photos")] }, { photos: "s3://b" });
    const error = await thrownBy(handler({ Records: [notice("ObjectCreated:Put", "100%")] }, context));
    expect([error.name, error.message]).toEqual(["invalid", expect.stringContaining("form-encoded")]);
  });

  it("goes to every store that is in the bucket, less the store's own prefix", async () => {
    const functions = { all: [created("all")], some: [created("some")], other: [created("other")] } as const;
    const urls = { all: "s3://b?region=eu-central-1", some: "s3://b/in/here/", other: "s3://c" };
    const { handler, seen } = tryLambda(functions, urls);
    await handler(
      { Records: [notice("ObjectCreated:Put", "in/here/x"), notice("ObjectCreated:Copy", "in/hereafter")] },
      context,
    );
    expect(seen.map((one) => [one.function, one.event.data.key]).sort()).toEqual([
      ["all", "in/here/x"],
      ["all", "in/hereafter"],
      ["some", "x"],
    ]);
  });

  it("comes with the store's URL of the environment, over the one it was built with", async () => {
    process.env["PHOTOS_URL"] = "s3://elsewhere";
    try {
      const { handler, seen } = tryLambda({ on: [created("photos")] }, { photos: "s3://b" });
      await handler({ Records: [notice("ObjectCreated:Put", "x", "elsewhere")] }, context);
      expect(
        (await thrownBy(handler({ Records: [notice("ObjectCreated:Put", "x")] }, context))).message,
      ).toContain("s3://b/x");
      expect(seen).toHaveLength(1);
    } finally {
      delete process.env["PHOTOS_URL"];
    }
  });
});

describe("an S3 event", () => {
  it("of an expired object, or of a delete marker, is a removal without size or etag", async () => {
    const { handler, seen } = tryLambda({ on: [removed("photos")] }, { photos: "s3://b" });
    for (const name of ["ObjectRemoved:DeleteMarkerCreated", "LifecycleExpiration:Delete"])
      await handler({ Records: [notice(name, "x", "b", { size: 3, eTag: "e" })] }, context);
    await handler(bridged("Object Deleted", "x"), context);
    expect(seen.map(({ event }) => event.data)).toEqual(Array(3).fill({ store: "photos", key: "x" }));
  });

  it("of another kind is refused, not taken for done", async () => {
    const { handler } = tryLambda({ on: [created("photos")] }, { photos: "s3://b" });
    for (const event of [
      { Records: [notice("ObjectTagging:Put", "x")] },
      bridged("Object Restore Completed", "x"),
      { Records: [notice("ObjectRemoved:Delete", "x")] },
    ])
      expect((await thrownBy(handler(event, context))).name).toBe("not_found");
  });

  it("without a sequencer is told apart by version, else by content and time", async () => {
    const { handler, seen } = tryLambda({ on: [created("photos")] }, { photos: "s3://b" });
    for (const more of [{ versionId: "1" }, { versionId: "2" }, { eTag: "e" }, { eTag: "f" }, { eTag: "e" }])
      await handler({ Records: [notice("ObjectCreated:Put", "x", "b", more)] }, context);
    const ids = seen.map(({ event }) => event.id);
    expect([new Set(ids).size, ids[4] === ids[2]]).toEqual([4, true]);
  });
});
