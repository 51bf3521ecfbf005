// What is the azure-blob driver's own and needs no server: URLs, accounts, metadata, what it loads.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DriverModule } from "@faasade/core/adapter";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { open } from "../../src/object-store/azure-blob/index.ts";
import { decodeMetadata, encodeMetadata } from "../../src/object-store/azure-blob/metadata.ts";
import { parseTarget } from "../../src/object-store/azure-blob/target.ts";

const nothing = () => undefined;
const connection = (text: string) => (variable: string) =>
  variable === "AZURE_STORAGE_CONNECTION_STRING" ? text : undefined;

describe("azure-blob URLs", () => {
  it("read account, container and prefix", () => {
    expect(parseTarget("azure-blob://photos1/photos/a%20b/c", nothing)).toEqual({
      account: { name: "photos1", endpoint: "https://photos1.blob.core.windows.net" },
      container: "photos",
      prefix: "a b/c/",
    });
    expect(
      parseTarget("azure-blob://photos1.blob.core.chinacloudapi.cn/photos", nothing).account.endpoint,
    ).toBe("https://photos1.blob.core.chinacloudapi.cn");
  });

  it.each([
    ["s3://photos1/in", "azure-blob: URLs"],
    ["azure-blob://key:secret@photos1/photos", "no credentials"],
    ["azure-blob://photos1/photos?sv=1&sig=abc", "no parameters"],
    ["azure-blob://photos1", "no container"],
    ["azure-blob://photos1/A_b", "no container"],
    ["azure-blob://photos-1/photos", "no name of a storage account"],
  ])("refuse %s", (url, reason) => {
    expect(() => open(url, { configuration: nothing })).toThrow(reason);
  });

  it("take a key from a connection string of their own account alone", () => {
    const text =
      "DefaultEndpointsProtocol=https;AccountName=photos1;AccountKey=a2V5==;BlobEndpoint=http://127.0.0.1:1/p/";
    expect(parseTarget("azure-blob://photos1/photos", connection(text)).account).toEqual({
      name: "photos1",
      endpoint: "http://127.0.0.1:1/p",
      key: "a2V5==",
    });
    expect(parseTarget("azure-blob://photos2/photos", connection(text)).account).toEqual({
      name: "photos2",
      endpoint: "https://photos2.blob.core.windows.net",
    });
    expect(() => parseTarget("azure-blob://photos1/photos", connection("AccountName=photos1"))).toThrow(
      "AccountKey",
    );
  });
});

describe("the azure-blob driver", () => {
  it("gives every name of metadata another that Azure takes, and its own back", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: "binary" }), { maxKeys: 6 }), (metadata) => {
        const encoded = encodeMetadata(metadata);
        for (const header of Object.keys(encoded)) expect(header).toMatch(/^[a-z_][a-z0-9_]*$/);
        const upper = Object.fromEntries(
          Object.entries(encoded).map(([key, value]) => [key.toUpperCase(), value]),
        );
        expect(decodeMetadata(upper)).toEqual({ ...metadata });
      }),
    );
  });

  it("is a driver module, and loads no SDK before its first use", async () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
    const probe = fileURLToPath(new URL("azure-load-probe.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe]);
    expect(JSON.parse(stdout)).toEqual({ afterOpen: 0, afterUse: true, identity: 0 });
  });
});
