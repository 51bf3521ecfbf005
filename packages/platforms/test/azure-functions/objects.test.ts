// Which objects are a function's: those of its store, by account, container and prefix.
import { describe, expect, it } from "vitest";
import { created } from "../aws-lambda/triggers.ts";
import { tryAzure } from "./fixture.ts";
import { invokeOnWire } from "./node-worker.ts";

const account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/";

/** The keys that the function got; an event that it did not take is thrown. */
async function keys(
  url: string,
  blobs: readonly string[],
  on = "acmeshop",
  type = "BlobCreated",
): Promise<string[]> {
  const seen: string[] = [];
  const take = ({ data }: { data: { key: string } }) => void seen.push(data.key);
  const { worker } = await tryAzure({ made: [created("photos"), take] }, { photos: url });
  for (const blob of blobs) {
    const [container, ...name] = blob.split("/");
    const subject = `/blobServices/default/containers/${container}/blobs/${name.join("/")}`;
    const data = { eTag: "0x8D4", contentLength: 1 };
    const event = {
      topic: account + on,
      subject,
      eventType: `Microsoft.Storage.${type}`,
      eventTime: "",
      data,
    };
    await invokeOnWire(worker, "made", { data: { json: JSON.stringify(event) }, triggerMetadata: {} });
  }
  return seen;
}

describe("an object", () => {
  it("of the store is the function's, its key without the prefix", async () => {
    expect(await keys("azure-blob://acmeshop/photos", ["photos/a/b.jpg"])).toEqual(["a/b.jpg"]);
    expect(await keys("azure-blob://acmeshop/photos/in%20here/", ["photos/in here/a.jpg"])).toEqual([
      "a.jpg",
    ]);
    const host = "azure-blob://acmeshop.blob.core.windows.net/photos";
    expect(await keys(host, ["photos/100%41.jpg"])).toEqual(["100%41.jpg"]);
  });

  it.each([
    ["of another container", "azure-blob://acmeshop/photos", "other/a.jpg"],
    ["beside the prefix", "azure-blob://acmeshop/photos/in", "photos/inside/a.jpg"],
    ["that is the prefix itself", "azure-blob://acmeshop/photos/in", "photos/in/"],
    ["of another account", "azure-blob://other/photos", "photos/a.jpg"],
    ["of a store of another kind", "s3://acmeshop/photos", "photos/a.jpg"],
  ])("%s is refused, and not lost", async (_, url, blob) => {
    await expect(keys(url, [blob])).rejects.toThrow(/^Cannot deliver azure-blob:\/\/acmeshop\//);
  });

  it("that changed in another way is refused, and not lost", async () => {
    const url = "azure-blob://acmeshop/photos";
    for (const type of ["BlobDeleted", "BlobRenamed", "constructor"])
      await expect(keys(url, ["photos/a.jpg"], "acmeshop", type)).rejects.toThrow(/^Cannot deliver/);
  });
});
