/** Planted faults of what every platform's adapter must do. */
import type { Fault } from "./fault.ts";

const platforms = "packages/platforms";
const conformance = [`${platforms}/test/conformance/conformance.test.ts`];

export const adapters: readonly Fault[] = [
  {
    name: "dropped header",
    file: `${platforms}/src/shared/server/write-reply.ts`,
    find: `head[field] = headers[name] as string[] | string;`,
    replace: `head[field] = [headers[name] ?? []].flat()[0] ?? "";`,
    tests: [`${platforms}/test/server/replies.test.ts`],
  },
  {
    name: "swallowed retry",
    file: `${platforms}/src/shared/deliver.ts`,
    find: `if (!outcome.ok) return all(outcome.error);`,
    replace: `if (!outcome.ok) return new Map();`,
    tests: conformance,
    only: "aws-lambda.*a message",
  },
  {
    name: "mangled byte",
    file: `${platforms}/src/aws-lambda/http-request.ts`,
    find: `isBase64Encoded === true ? "base64" : "utf8"`,
    replace: `isBase64Encoded === true ? "latin1" : "utf8"`,
    tests: conformance,
    only: "aws-lambda.*HTTP API",
  },
  {
    name: "lost cookie",
    file: `${platforms}/src/aws-lambda/http-dialect.ts`,
    find: `return { cookies, fields };`,
    replace: `return { cookies: cookies.slice(0, 1), fields };`,
    tests: conformance,
    only: "aws-lambda.*HTTP API",
  },
  {
    name: "deadline of Cloud Run that no function is told",
    file: `${platforms}/src/google-cloud/app.ts`,
    find: `return seconds > 0 ? {`,
    replace: `return seconds < 0 ? {`,
    tests: [`${platforms}/test/google-cloud/deadline.test.ts`],
  },
  {
    name: "upload that Azure's Node model loses",
    file: `${platforms}/src/azure-functions/http.ts`,
    find: `...(body === null ? {} : { body }),`,
    replace: "",
    tests: conformance,
    only: "azure-functions.*bytes",
  },
  {
    name: "upload to a pod, its pieces in another order",
    file: `${platforms}/src/shared/server/request-body.ts`,
    find: `Buffer.concat(pieces)`,
    replace: `Buffer.concat(pieces.reverse())`,
    tests: conformance,
    only: "kubernetes and node.*bytes",
  },
  {
    name: "wrong key decoding",
    file: `${platforms}/src/shared/s3/notification.ts`,
    find: `decodeURIComponent(text.replaceAll("+", " "))`,
    replace: `decodeURIComponent(text)`,
    tests: [`${platforms}/test/knative/notification.test.ts`, `${platforms}/test/aws-lambda/objects.test.ts`],
  },
  {
    name: "change that is acknowledged before it is kept",
    file: `${platforms}/src/shared/process/queue-sink.ts`,
    find: `await untilTaken(what, () => send(queueOf(name), messages));`,
    replace: `untilTaken(what, () => send(queueOf(name), messages)).catch(() => {});`,
    tests: [`${platforms}/test/kubernetes/objects.test.ts`],
    only: "when the database is away",
  },
  {
    name: "unhandled rejection",
    file: `${platforms}/src/shared/server/index.ts`,
    find: `if (request.socket.destroyed) return;`,
    replace: `throw thrown;`,
    tests: [`${platforms}/test/server/handlers.test.ts`, `${platforms}/test/server/replies.test.ts`],
  },
  {
    name: "409 for a permanent reject on Knative",
    file: `${platforms}/src/shared/server/events.ts`,
    find: `[404, 408, 409, 429]`,
    replace: `[404, 408, 429]`,
    tests: [`${platforms}/test/knative/pod.test.ts`],
    only: "the answer to an event",
  },
  {
    name: "circular S3 reference",
    file: `${platforms}/src/aws-lambda/manifest/buckets.ts`,
    find: `const name = choose(condition, own, ref(parameter));`,
    replace: `const name = choose(condition, ref(id), ref(parameter));`,
    tests: [`${platforms}/test/manifest/manifest.test.ts`, `${platforms}/test/manifest/events.test.ts`],
  },
  {
    name: "missing partial-batch setting",
    file: `${platforms}/src/aws-lambda/manifest/messages.ts`,
    find: `    FunctionResponseTypes: ["ReportBatchItemFailures"],\n`,
    replace: "",
    tests: [`${platforms}/test/manifest/manifest.test.ts`, `${platforms}/test/manifest/events.test.ts`],
  },
  {
    name: "request dropped on SIGTERM",
    file: `${platforms}/src/shared/server/drain.ts`,
    find: `Math.min(seconds * 1000, longestTimerMilliseconds)`,
    replace: `0`,
    tests: [`${platforms}/test/server/drain.test.ts`],
  },
];
