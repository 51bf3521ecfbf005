// AWS Lambda: its web functions, which are our own server behind Lambda's front end.
import { openApp } from "@faasade/core/adapter";
import { webFunctions } from "../../../../src/aws-lambda/web.ts";
import { processHost } from "../../../../src/shared/host.ts";
import { serveApp } from "../../../../src/shared/server/index.ts";
import type { Column, HttpWay } from "../../column.ts";
import { type Forwarded, forward } from "./front-end.ts";

/** Of whom IAM let in nothing is told, not even by the endpoint for them. */
const endpoint: HttpWay = {
  title: "the public endpoint",
  differences: { maxReplyBytes: Number.POSITIVE_INFINITY, noCaller: true },
  encode: (request): Forwarded => ({ ...request, endpoint: "public" }),
  decode: (answer) =>
    "value" in answer
      ? (answer.value as ReturnType<HttpWay["decode"]>)
      : { status: 502, headers: [], body: new Uint8Array() },
};

export const awsLambdaWeb: Column = {
  title: "aws-lambda-web",
  open: async (artefact, { log }) => {
    const app = openApp(artefact, processHost(artefact, { log }));
    const target = { host: "127.0.0.1", port: 0 };
    const server = await serveApp(app, { ...webFunctions, listen: target });
    return {
      deliver: (native) =>
        forward({ ...target, port: server.port }, native as Forwarded).then(
          (value) => ({ value }),
          (thrown: unknown) => ({ thrown }),
        ),
      close: () => server.drain(0),
    };
  },
  http: [endpoint],
  object: [],
  message: [],
  schedule: [],
  call: [],
};
