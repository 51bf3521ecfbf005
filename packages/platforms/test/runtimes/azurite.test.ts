import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Azurite, startAzurite } from "./azurite.ts";
import { describeInside } from "./installed.ts";

describeInside("Azurite", ["npm"], () => {
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite();
  });

  afterAll(() => azurite.stop("SIGKILL"));

  it("keeps a blob, byte for byte", async () => {
    const bytes = Buffer.from([0, 255, 0x0d, 0x0a, 0xc3, 0x28]);
    expect((await storage("PUT", "/photos?restype=container")).status).toBe(201);
    expect((await storage("PUT", "/photos/a%20b.png", bytes)).status).toBe(201);
    const response = await storage("GET", "/photos/a%20b.png");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it("refuses a key that is not its own", async () => {
    const otherKey = Buffer.alloc(64).toString("base64");
    expect((await storage("GET", "/photos/a%20b.png", undefined, otherKey)).status).toBe(403);
  });

  it("listens for queues and tables too", async () => {
    for (const url of [azurite.queueUrl, azurite.tableUrl]) {
      expect((await fetch(url)).headers.get("server")).toMatch(/^Azurite-(Queue|Table)\//);
    }
  });

  /** A request signed with the account's key, as Storage's Shared Key scheme has it. */
  function storage(method: string, target: string, body?: Buffer, key = azurite.key): Promise<Response> {
    const url = new URL(azurite.blobUrl + target);
    const headers: Record<string, string> = {
      "x-ms-date": new Date().toUTCString(),
      "x-ms-version": "2021-12-02",
    };
    if (body) Object.assign(headers, { "content-type": "image/png", "x-ms-blob-type": "BlockBlob" });
    const named = Object.keys(headers)
      .filter((name) => name.startsWith("x-ms-"))
      .sort();
    const fields = ["", "", body?.length ?? "", "", headers["content-type"] ?? "", ...Array(6).fill("")];
    const resource = [`/${azurite.account}${url.pathname}`, ...url.searchParams].map((part) =>
      Array.isArray(part) ? part.join(":") : part,
    );
    const lines = [method, ...fields, ...named.map((name) => `${name}:${headers[name]}`), ...resource];
    const signature = createHmac("sha256", Buffer.from(key, "base64"))
      .update(lines.join("\n"))
      .digest("base64");
    headers.authorization = `SharedKey ${azurite.account}:${signature}`;
    return fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
  }
});
