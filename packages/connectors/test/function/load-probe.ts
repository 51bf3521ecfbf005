// Run by itself: counts the files of packages that opening the drivers of calls loads, and whether using one loads any.
import { registerHooks } from "node:module";

let loaded = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes("@aws-sdk") || url.includes("@smithy")) loaded += 1;
    return nextLoad(url, context);
  },
});

const lambda = await import("../../src/function/lambda.ts");
const http = await import("../../src/function/http.ts");
http.open("https://a.run.app/resize");
const driver = lambda.open("lambda://resize?region=eu-west-1&endpoint=http://127.0.0.1:2");
const afterOpen = loaded;
process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
await driver.call("resize", {}, { traceparent: "", signal: new AbortController().signal }).catch(() => {});
console.log(JSON.stringify({ afterOpen, afterUse: loaded > 0 }));
