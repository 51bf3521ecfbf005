// Run by itself: counts the files of packages that opening and using a topic and a queue load.
import { registerHooks } from "node:module";

let loaded = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes("/node_modules/")) loaded += 1;
    return nextLoad(url, context);
  },
});

await import("../../src/topic/index.ts");
await import("../../src/queue/index.ts");
const before = loaded;
const options = { configuration: () => "127.0.0.1:2", clock: { now: Date.now } };
const topic = (await import("../../src/topic/pubsub.ts")).open("pubsub://alerts?project=acme", options);
const queue = (await import("../../src/queue/pubsub/index.ts")).open("pubsub://jobs?project=acme", options);
const afterOpen = loaded - before;
const messages = [{ id: "a", body: new Uint8Array(), contentType: "text/plain" }];
await topic.publish(messages).catch(() => {});
await queue.send(messages).catch(() => {});
console.log(JSON.stringify({ afterOpen, afterUse: loaded - before }));
