// Run by itself: counts the files of the AWS SDK that opening a queue loads, and whether using it loads any.
import { registerHooks } from "node:module";

let loaded = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes("@aws-sdk") || url.includes("@smithy")) loaded += 1;
    return nextLoad(url, context);
  },
});

await import("../../src/queue/index.ts");
const { open } = await import("../../src/queue/sqs/index.ts");
const queue = open("http://127.0.0.1:1/1/mails?region=eu-west-1", { clock: { now: Date.now } });
const afterOpen = loaded;
process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
await queue.send([]).catch(() => {});
console.log(JSON.stringify({ afterOpen, afterUse: loaded > 0 }));
