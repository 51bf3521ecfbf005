// Who is believed to be AWS: nobody but AWS, whatever tells the SDK to ask somebody else.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { witness } from "../../src/aws-lambda/witness.ts";

const url = "https://a1b2c3d4.execute-api.eu-central-1.amazonaws.com";
const place = { region: "eu-central-1" };
const before = process.env;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faasade-witness-"));
  const keys = { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };
  process.env = { ...before, ...keys, AWS_CONFIG_FILE: join(folder, "config"), AWS_ENDPOINT_URL: undefined };
});
afterEach(() => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});

it("is AWS where every service is asked at its own address, and so is the app", async () => {
  expect(await witness(place, url)).toEqual({ proof: "cloud" });
});

it.each([
  ["--place endpoint", { endpoint: "http://127.0.0.1:4566" }, {}, ""],
  ["AWS_ENDPOINT_URL", {}, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, ""],
  ["a service's own variable", {}, { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:4566" }, ""],
  ["the profile", {}, {}, "[default]\nendpoint_url = http://127.0.0.1:4566\n"],
])("is a double where %s says another endpoint", async (_, more, environment, profile) => {
  Object.assign(process.env, environment);
  writeFileSync(join(folder, "config"), profile);
  expect(await witness({ ...place, ...more }, url)).toEqual({
    proof: "double",
    why: expect.stringMatching(/^the endpoint is overridden: .* is asked at 127\.0\.0\.1$/),
  });
});

it.each([
  "http://a.execute-api.eu-central-1.amazonaws.com",
  "https://amazonaws.com.example.org",
  "https://127.0.0.1",
])("is a double where the app is at %s", async (elsewhere) => {
  expect(await witness(place, elsewhere)).toMatchObject({ proof: "double" });
});
