// The conformance suite on the s3 driver against fauxqs, which honours no conditions and checks no signatures.
import { afterAll, beforeAll } from "vitest";
import { objectStoreConformance } from "../../src/object-store/conformance.ts";
import { type S3Server, s3Harness, startLenientS3, useTestCredentials } from "./s3-servers.ts";

let server: S3Server;

beforeAll(async () => {
  useTestCredentials();
  server = await startLenientS3();
});

afterAll(() => server.stop());

objectStoreConformance(
  s3Harness(() => server, {
    title: "the s3 driver and fauxqs",
    capabilities: { conditionalPut: false, signatures: "unchecked", keys: "any", order: "locale" },
  }),
);
