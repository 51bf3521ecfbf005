// What is the gcs driver's own and needs no server: URLs, signatures, what it loads and what it says.
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DriverModule } from "@faasade/core/adapter";
import { Storage } from "@google-cloud/storage";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { clientOf, patterned } from "../../src/object-store/conformance/harness.ts";
import { open } from "../../src/object-store/gcs/index.ts";
import { signGcsUrl } from "../../src/object-store/gcs/signed-url.ts";
import { parseTarget } from "../../src/object-store/gcs/target.ts";
import { googleAccount } from "../../src/shared/google/credentials.ts";
import { type SigningAccount, useSigningAccount } from "../servers/signing-account.ts";

let account: SigningAccount;

beforeAll(async () => {
  account = await useSigningAccount();
});

afterAll(() => rm(dirname(account.file), { recursive: true, force: true }));

describe("gcs URLs", () => {
  it("read bucket and prefix", () => {
    expect(parseTarget("gs://photos_1.example/a/b%20c/")).toEqual({
      bucket: "photos_1.example",
      prefix: "a/b c/",
      endpoint: "https://storage.googleapis.com",
      isEmulator: false,
    });
    expect(parseTarget("gs://photos?endpoint=http://127.0.0.1:2")).toMatchObject({
      prefix: "",
      isEmulator: true,
    });
  });

  it.each([
    ["s3://photos", "gs: URLs"],
    ["gs://key:secret@photos", "no credentials"],
    ["gs://photos?endpoint=http://key:secret@host", "no origin"],
    ["gs://photos?region=eu", "no parameter region"],
    ["gs:///photos", "no bucket"],
    ["gs://Photos", "no bucket"],
  ])("refuse %s", (url, reason) => {
    expect(() => open(url)).toThrow(reason);
  });
});

describe("the gcs driver", () => {
  it.each(["get", "put"] as const)("signs URLs to %s as Google's own library does", async (action) => {
    const name = "a b/ü+(1)!'*~.txt";
    const now = Date.UTC(2030, 0, 1, 12, 30, 15);
    const own = await signGcsUrl(
      { endpoint: "https://storage.googleapis.com", bucket: "photos" },
      name,
      { action, expiresSeconds: 3600 },
      await googleAccount(),
      now,
    );
    const [theirs] = await new Storage()
      .bucket("photos")
      .file(name)
      .getSignedUrl({
        version: "v4",
        action: action === "get" ? "read" : "write",
        accessibleAt: new Date(now),
        expires: now + 3_600_000,
      });
    const parts = (url: string) => [new URL(url).pathname, [...new URL(url).searchParams].sort()];
    expect(parts(own)).toEqual(parts(theirs));
  });

  it("ends a body it will not read to the end, and says whom it could not reach", async () => {
    let ended = false;
    async function* body() {
      try {
        for (;;) yield patterned(1024 * 1024);
      } finally {
        ended = true;
      }
    }
    const put = clientOf(open("gs://photos?endpoint=http://127.0.0.1:2")).put("endless", body());
    await expect(put).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(ended).toBe(true);
  });

  it("is a driver module, and loads no package at all", async () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
    const probe = fileURLToPath(new URL("gcs-load-probe.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe]);
    expect(JSON.parse(stdout)).toEqual({ afterOpen: 0, afterUse: 0 });
  });
});
