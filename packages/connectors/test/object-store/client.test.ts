// The port's client: access, refusals and reading, the same on every driver; shown on the file driver.
import { defineFunction, objectCreated, read, readWrite, write } from "@faasade/core";
import { isOnceLedger } from "@faasade/core/adapter";
import { describe, expect, expectTypeOf, it } from "vitest";
import { clientOf, mustGet, testAmbient } from "../../src/object-store/conformance/harness.ts";
import { type ObjectReader, type ObjectWriter, objectStore } from "../../src/object-store/index.ts";
import { newFolder, openFolder, removeFoldersAfterAll } from "./folders.ts";

removeFoldersAfterAll();

const photos = objectStore("photos");

describe("objectStore", () => {
  it("names a store as names are, and nothing else", () => {
    expect(photos).toMatchObject({ kind: "object-store", name: "photos" });
    expect(objectStore("ticketing/receipts").name).toBe("ticketing/receipts");
    expect(() => objectStore("Photos_1")).toThrow("kebab case");
  });

  it("gives a function the client of its declared access, and no more", async () => {
    const driver = await openFolder(await newFolder());
    const connect = (access: "read" | "write" | "readWrite") =>
      photos.connect(driver, access, testAmbient()) as object;
    expect("put" in connect("read")).toBe(false);
    expect("get" in connect("write")).toBe(false);
    expect([connect("read"), connect("write"), connect("readWrite")].map(isOnceLedger)).toEqual([
      false,
      false,
      true,
    ]);
    defineFunction({
      name: "narrowed",
      trigger: objectCreated(photos, { suffix: [".jpg"] }),
      uses: {
        source: read(photos),
        target: write(objectStore("thumbnails")),
        both: readWrite(objectStore("ledger")),
      },
      once: { in: "both" },
      async handle(_event, { source, target, both }) {
        expectTypeOf(source).toEqualTypeOf<ObjectReader>();
        expectTypeOf(target).toEqualTypeOf<ObjectWriter>();
        expectTypeOf(both).toExtend<ObjectReader & ObjectWriter>();
        // @ts-expect-error what is only read is not written
        source.put;
        // @ts-expect-error what is only written is not read
        target.get;
      },
    });
  });

  it("signs no URL for what the function itself may not do", async () => {
    const driver = await openFolder(await newFolder());
    const reader = photos.connect(driver, "read", testAmbient()) as ObjectReader;
    const writer = photos.connect(driver, "write", testAmbient()) as ObjectWriter;
    const put = { action: "put", expiresSeconds: 60 } as const;
    await expect(reader.signedUrl("a", put)).rejects.toMatchObject({ code: "unsupported" });
    await expect(writer.signedUrl("a", { expiresSeconds: 60 })).rejects.toMatchObject({
      code: "unsupported",
    });
    expect(await writer.signedUrl("a", put)).toBeUndefined();
  });
});

describe("put", () => {
  it("refuses what no header of a store could carry, before it reads the body", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    let read = false;
    async function* body() {
      read = true;
      yield new Uint8Array(1);
    }
    const refused = [
      { contentType: "text/plain\r\nx-evil: 1" },
      { contentType: "" },
      { metadata: { "Upper-Case": "x" } },
      { metadata: { "": "x" } },
      { metadata: { half: "\ud800" } },
      { metadata: { long: "x".repeat(2049) } },
      { metadata: { long: "\u706f".repeat(250) } },
    ];
    for (const options of refused)
      await expect(client.put("a", body(), options)).rejects.toMatchObject({ code: "invalid" });
    expect(read).toBe(false);
    await client.put("a", body(), { metadata: { long: "x".repeat(2044) } });
  });

  it("refuses a body that is not bytes, and writes nothing", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    async function* words() {
      yield "text";
    }
    await expect(client.put("a", words() as unknown as AsyncIterable<Uint8Array>)).rejects.toThrow(
      "bytes are wanted",
    );
    expect(await client.head("a")).toBeUndefined();
  });
});

describe("a stored object", () => {
  it("refuses to fill the memory, and says what else to do", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    await client.put("a", "0123456789");
    const object = await mustGet(client, "a");
    await expect(object.bytes({ maxBytes: 9 })).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringContaining("stream()"),
    });
    const part = await client.get("a", { range: { start: 1, end: 9 } });
    expect((await part?.bytes({ maxBytes: 9 }))?.length).toBe(9);
  });

  it("is read once", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    await client.put("a", "text");
    const object = await mustGet(client, "a");
    expect(await object.text()).toBe("text");
    await expect(object.text()).rejects.toThrow("pass once");
  });

  it("says which object is no text or no JSON", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    await client.put("good.json", JSON.stringify({ a: ["\u00fc"] }));
    await client.put("bad.json", "{");
    await client.put("latin-1.txt", new Uint8Array([0xfc]));
    expect(await (await mustGet(client, "good.json")).json()).toEqual({ a: ["\u00fc"] });
    const named = (name: string) => ({ code: "invalid", message: expect.stringContaining(name) });
    await expect((await mustGet(client, "bad.json")).json()).rejects.toMatchObject(named("bad.json"));
    await expect((await mustGet(client, "latin-1.txt")).text()).rejects.toMatchObject(named("latin-1.txt"));
  });

  it("can be left in the middle", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    await client.put("a", new Uint8Array(1_000_000));
    for await (const piece of (await mustGet(client, "a")).stream()) {
      expect(piece.length).toBeLessThan(1_000_000);
      break;
    }
  });
});
