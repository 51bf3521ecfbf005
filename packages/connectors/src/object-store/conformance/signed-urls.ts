// Signed URLs grant one action on one key, for a time; the suite asks the target itself.
import { describe, expect, it } from "vitest";
import { createClient, mustGet, type ObjectStoreHarness, when } from "./harness.ts";

export function signedUrlsSuite(harness: ObjectStoreHarness): void {
  const { signatures, signedPutHeaders = {} } = harness.capabilities;

  describe("signed URLs", () => {
    when(signatures === "none")("says that there are none", async () => {
      const client = await createClient(harness);
      expect(await client.signedUrl("a", { expiresSeconds: 60 })).toBeUndefined();
    });

    when(signatures !== "none")("lets anyone get and put", async () => {
      const client = await createClient(harness);
      const key = "with space/ü+.txt";
      const put = await fetch(await signed(client.signedUrl(key, { action: "put", expiresSeconds: 60 })), {
        method: "PUT",
        body: "by URL",
        headers: { "content-type": "text/x-by-url", ...signedPutHeaders },
      });
      expect(put.ok).toBe(true);
      const object = await mustGet(client, key);
      expect([await object.text(), object.info.contentType]).toEqual(["by URL", "text/x-by-url"]);
      const got = await fetch(await signed(client.signedUrl(key, { expiresSeconds: 60 })));
      expect([got.status, await got.text()]).toEqual([200, "by URL"]);
    });

    when(signatures === "checked")("is worth nothing for another key, action or signature", async () => {
      const client = await createClient(harness);
      await client.put("mine.txt", "mine");
      await client.put("other.txt", "other");
      const url = await signed(client.signedUrl("mine.txt", { expiresSeconds: 60 }));
      const forged = new URL(url);
      const field =
        [...forged.searchParams.keys()].find((name) => /^(X-\w+-Signature|sig)$/.test(name)) ?? "";
      const signature = forged.searchParams.get(field) ?? "";
      forged.searchParams.set(
        field,
        signature.replace(/\w/g, (digit) => (digit === "0" ? "1" : "0")),
      );
      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(forged)).status).toBe(403);
      expect((await fetch(url.replace("mine.txt", "other.txt"))).status).toBe(403);
      const headers = signedPutHeaders;
      expect((await fetch(url, { method: "PUT", body: "x", headers })).status).toBe(403);
      expect(await (await mustGet(client, "mine.txt")).text()).toBe("mine");
    });

    it("refuses times outside 1 second to 7 days", async () => {
      const client = await createClient(harness);
      for (const expiresSeconds of [0, 604_801, 1.5]) {
        await expect(client.signedUrl("a", { expiresSeconds })).rejects.toMatchObject({ code: "invalid" });
      }
    });
  });
}

async function signed(url: Promise<string | undefined>): Promise<string> {
  const found = await url;
  if (found === undefined) throw new Error("no URL was signed");
  return found;
}
