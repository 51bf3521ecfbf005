// Run by itself: counts the files of the AWS SDK that opening a store loads, and whether using it loads any.
import { registerHooks } from "node:module";

let loaded = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes("@aws-sdk") || url.includes("@smithy")) loaded += 1;
    return nextLoad(url, context);
  },
});

await import("../../src/object-store/index.ts");
const { open } = await import("../../src/object-store/s3/index.ts");
const driver = open("s3://photos?endpoint=http://127.0.0.1:1");
const afterOpen = loaded;
process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
await driver.head("a").catch(() => {});
console.log(JSON.stringify({ afterOpen, afterUse: loaded > 0 }));
