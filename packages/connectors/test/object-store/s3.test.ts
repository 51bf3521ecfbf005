// What is the s3 driver's own: URLs, prefixes, what it loads and what its errors say to an operator.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DriverModule } from "@faasade/core/adapter";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { clientOf, keysOf, patterned } from "../../src/object-store/conformance/harness.ts";
import { open } from "../../src/object-store/s3/index.ts";
import { decodeMetadata, encodeMetadata } from "../../src/object-store/s3/metadata.ts";
import { parseTarget } from "../../src/object-store/s3/target.ts";
import { createBucket, type S3Server, s3Url, startLenientS3, useTestCredentials } from "./s3-servers.ts";

let server: S3Server;

beforeAll(async () => {
  useTestCredentials();
  server = await startLenientS3();
  await createBucket(server, "shared");
});

afterAll(() => server.stop());

describe("s3 URLs", () => {
  it("read bucket, prefix and where the server is", () => {
    expect(parseTarget("s3://photos?region=eu-central-1")).toEqual({
      bucket: "photos",
      prefix: "",
      region: "eu-central-1",
      endpoint: undefined,
      forcePathStyle: false,
    });
    const elsewhere = parseTarget("s3://photos/a/b%20c/?endpoint=http://127.0.0.1:9000&forcePathStyle=false");
    expect(elsewhere).toMatchObject({
      prefix: "a/b c/",
      endpoint: "http://127.0.0.1:9000",
      forcePathStyle: false,
    });
    expect(parseTarget("s3://photos?endpoint=http://127.0.0.1:9000").forcePathStyle).toBe(true);
  });

  it.each([
    ["gs://photos", "s3: URLs"],
    ["s3://key:secret@photos", "no credentials"],
    ["s3://photos?endpoint=http://key:secret@host", "without credentials"],
    ["s3://photos?regoin=eu", "no parameter regoin"],
    ["s3:///photos", "no bucket"],
    ["s3://Photos_1", "no bucket"],
    ["s3://photos?forcePathStyle=yes", "true or false"],
  ])("refuse %s", (url, reason) => {
    expect(() => open(url)).toThrow(reason);
  });
});

describe("the s3 driver", () => {
  it("keeps stores with different prefixes in one bucket apart", async () => {
    const [one, two] = ["n%C2%B0%201", "n%C2%B0%202"].map((prefix) =>
      clientOf(open(s3Url(server, `shared/${prefix}`))),
    );
    await one!.put("a/1", "one");
    await one!.put("a/2", "one");
    await two!.put("a/1", "two");
    expect(await keysOf(one!, "a/")).toEqual(["a/1", "a/2"]);
    expect(await one!.list({ limit: 1 })).toMatchObject({ objects: [{ key: "a/1" }], next: "a/1" });
    expect(await keysOf(two!)).toEqual(["a/1"]);
    expect(await keysOf(clientOf(open(s3Url(server, "shared"))), "n")).toEqual([
      "n° 1/a/1",
      "n° 1/a/2",
      "n° 2/a/1",
    ]);
    await expect(one!.put("x".repeat(1020), "x")).rejects.toMatchObject({ code: "invalid" });
  });

  it("ends a body it will not read to the end", async () => {
    let ended = false;
    async function* body() {
      try {
        for (;;) yield patterned(1024 * 1024);
      } finally {
        ended = true;
      }
    }
    const put = clientOf(open(s3Url({ ...server, endpoint: "http://127.0.0.1:1" }, "shared"))).put(
      "endless",
      body(),
    );
    await expect(put).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await expect.poll(() => ended).toBe(true);
  });

  it("calls a missing bucket unavailable, not a missing object", async () => {
    const client = clientOf(open(s3Url(server, "not-there")));
    const expected = { code: "unavailable", message: expect.stringContaining("no such bucket") };
    await expect(client.get("a")).rejects.toMatchObject(expected);
    await expect(client.put("a", "x")).rejects.toMatchObject(expected);
    await expect(client.list()).rejects.toMatchObject(expected);
  });

  it("asks again whether conditions hold after a proof that could not be made", async () => {
    const driver = open(s3Url(server, "proved-later"));
    await expect(driver.probeConditionalPut()).rejects.toMatchObject({ code: "unavailable" });
    await createBucket(server, "proved-later");
    await expect(driver.probeConditionalPut()).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`s3://proved-later/ at ${server.endpoint}`),
    });
  });

  it("signs no checksum into a URL to put, because nobody knows the bytes yet", async () => {
    const url = await clientOf(open(s3Url(server, "shared"))).signedUrl("a", {
      action: "put",
      expiresSeconds: 60,
    });
    expect(url).toContain("X-Amz-Signature");
    expect(url).not.toMatch(/checksum/i);
  });

  it("is a driver module as composition roots load them", () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
  });

  it("loads no SDK before its first use", async () => {
    const probe = fileURLToPath(new URL("s3-load-probe.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe]);
    expect(JSON.parse(stdout)).toEqual({ afterOpen: 0, afterUse: true });
  });
});

describe("s3 metadata", () => {
  it("stays readable where it is ASCII, and understands nothing as ours that is not", () => {
    expect(encodeMetadata({ a: "plain text", b: "ü" })).toEqual({ a: "plain text", b: "utf-8''%C3%BC" });
    expect(decodeMetadata({ A: "100%25", B: "utf-8''%zz" })).toEqual({ a: "100%25", b: "utf-8''%zz" });
  });
});
