// Run by itself: counts the files of packages that opening and using a store load.
import { registerHooks } from "node:module";

let loaded = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes("/node_modules/")) loaded += 1;
    return nextLoad(url, context);
  },
});

await import("../../src/object-store/index.ts");
const { open } = await import("../../src/object-store/gcs/index.ts");
const before = loaded;
const driver = open("gs://photos?endpoint=http://127.0.0.1:2");
const afterOpen = loaded - before;
await driver.delete("a").catch(() => {});
console.log(JSON.stringify({ afterOpen, afterUse: loaded - before }));
