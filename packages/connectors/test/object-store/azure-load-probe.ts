// Run by itself: counts the files of Azure's SDKs that opening a store loads, and whether using it loads any.
import { registerHooks } from "node:module";

let loaded = 0;
let identity = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes("@azure")) loaded += 1;
    if (url.includes("@azure/identity")) identity += 1;
    return nextLoad(url, context);
  },
});

await import("../../src/object-store/index.ts");
const { open } = await import("../../src/object-store/azure-blob/index.ts");
// With a key there is nobody to ask who one is.
const text = "AccountName=photos1;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:2/photos1";
const driver = open("azure-blob://photos1/photos", { configuration: () => text });
const afterOpen = loaded;
await driver.signUrl?.("a", { action: "get", expiresSeconds: 60 }).catch(() => {});
console.log(JSON.stringify({ afterOpen, afterUse: loaded > 0, identity }));
