// The conformance suite on the s3 driver against versitygw, which refuses what S3 refuses, and what it notifies of.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findVersitygw, notProved } from "../../../../tools/not-proved.ts";
import { clientOf, inChunks, patterned } from "../../src/object-store/conformance/harness.ts";
import { objectStoreConformance } from "../../src/object-store/conformance.ts";
import { open } from "../../src/object-store/s3/index.ts";
import {
  createBucket,
  type S3Server,
  s3Harness,
  s3Url,
  startStrictS3,
  useTestCredentials,
} from "./s3-servers.ts";

const versitygw = findVersitygw();

if (versitygw === undefined) {
  notProved(
    "the s3 driver against a strict server: 403, 412, notifications",
    "versitygw is not here",
    "run tools/ci-prepare",
  );
  it("has no strict server to run on, which is noted", () => expect(versitygw).toBeUndefined());
} else {
  let server: S3Server;
  let listener: Server;
  const posted: unknown[] = [];

  beforeAll(async () => {
    useTestCredentials();
    listener = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      posted.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end();
    }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as { port: number };
    server = await startStrictS3(versitygw, ["--event-webhook-url", `http://127.0.0.1:${port}/events`]);
  });

  afterAll(async () => {
    await server.stop();
    listener.close();
  });

  objectStoreConformance(
    s3Harness(() => server, {
      title: "the s3 driver and versitygw",
      capabilities: { conditionalPut: true, signatures: "checked", keys: "paths", order: "utf8" },
    }),
  );

  describe("the s3 driver and versitygw", () => {
    it("calls a refused signature unavailable, because the operator can mend it", async () => {
      await createBucket(server, "guarded");
      const secret = process.env["AWS_SECRET_ACCESS_KEY"];
      process.env["AWS_SECRET_ACCESS_KEY"] = "a wrong secret";
      try {
        const client = clientOf(open(s3Url(server, "guarded")));
        const refused = { code: "unavailable", message: expect.stringContaining("SignatureDoesNotMatch") };
        await expect(client.put("a", "x")).rejects.toMatchObject(refused);
        await expect(client.get("a")).rejects.toMatchObject({ code: "unavailable" });
        await expect(client.head("a")).rejects.toMatchObject({ code: "unavailable" });
      } finally {
        process.env["AWS_SECRET_ACCESS_KEY"] = secret;
      }
    });

    it("leaves no part of an upload behind whose body failed", async () => {
      await createBucket(server, "parts");
      const client = clientOf(open(s3Url(server, "parts")));
      async function* broken() {
        yield patterned(6 * 1024 * 1024);
        throw new RangeError("the source broke");
      }
      await expect(client.put("large", broken())).rejects.toThrow(RangeError);
      const bare = new S3Client({ endpoint: server.endpoint, region: "us-east-1", forcePathStyle: true });
      const { Uploads = [] } = await bare.send(new ListMultipartUploadsCommand({ Bucket: "parts" }));
      expect(Uploads).toEqual([]);
      bare.destroy();
    });

    it("notifies in the shape of AWS of what was put, put in parts and deleted", async () => {
      await createBucket(server, "watched");
      const client = clientOf(open(s3Url(server, "watched")));
      const put = await client.put("a b/ü+.jpg", "hello");
      await client.put("large.bin", inChunks(patterned(6 * 1024 * 1024), 500_000));
      await client.delete("a b/ü+.jpg");
      const expected = [
        ["s3:ObjectCreated:Put", "a b/ü+.jpg"],
        ["s3:ObjectCreated:CompleteMultipartUpload", "large.bin"],
        ["s3:ObjectRemoved:Delete", "a b/ü+.jpg"],
      ];
      await expect.poll(() => recordsOf("watched"), { timeout: 20_000 }).toHaveLength(expected.length);
      const records = recordsOf("watched");
      expect(records.map(({ eventName, s3 }) => [eventName, s3.object.key])).toEqual(expected);
      for (const { eventSource, eventVersion, eventTime, s3 } of records) {
        expect([eventSource, s3.s3SchemaVersion, s3.bucket.name]).toEqual(["aws:s3", "1.0", "watched"]);
        expect(eventVersion).toMatch(/^2\.\d+$/);
        expect(Number.isNaN(Date.parse(eventTime))).toBe(false);
        expect(typeof s3.object.sequencer).toBe("string");
      }
      expect(records[0]?.s3.object).toMatchObject({ size: 5, eTag: `"${put.etag}"` });
    });
  });

  function recordsOf(bucket: string): S3Record[] {
    const records = posted.flatMap((body) => (body as { Records?: S3Record[] }).Records ?? []);
    return records.filter(({ s3 }) => s3.bucket.name === bucket);
  }
}

interface S3Record {
  readonly eventSource: string;
  readonly eventVersion: string;
  readonly eventName: string;
  readonly eventTime: string;
  readonly s3: {
    readonly s3SchemaVersion: string;
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size: number;
      readonly eTag: string;
      readonly sequencer: string;
    };
  };
}
