// Calls by Invoke: our handler behind a server that speaks Invoke as AWS Lambda documents it.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
import { once } from "node:events";
import { createServer } from "node:http";
import { testCallDriver } from "@faasade/connectors/function/conformance";
import { open } from "@faasade/connectors/function/lambda";
import { adapt } from "@faasade/platforms/aws-lambda";
import { calleeOf } from "./callee.ts";

testCallDriver({
  title: "Invoke, to our handler of AWS Lambda",
  // Lambda itself tells a caller the error's message.
  tellsReasons: true,
  async start(handle) {
    process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
    const handler = adapt(calleeOf(handle), { log: () => {} });
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.url !== "/2015-03-31/functions/suite-test-resize/invocations") {
        response.writeHead(404, { "x-amzn-errortype": "ResourceNotFoundException" });
        return void response.end('{"Message":"Function not found"}');
      }
      const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 20_000 };
      await handler(JSON.parse(Buffer.concat(chunks).toString()), context).then(
        (value: unknown) => response.end(JSON.stringify(value ?? null)),
        ({ name, message }: Error) => {
          response.setHeader("x-amz-function-error", "Unhandled");
          response.end(JSON.stringify({ errorType: name, errorMessage: message, trace: [] }));
        },
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = encodeURIComponent(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    const at = (name: string) => open(`lambda://${name}?region=eu-central-1&endpoint=${endpoint}`);
    return {
      driver: at("suite-test-resize"),
      nowhere: at("other"),
      async stop() {
        server.close();
        server.closeAllConnections();
        await once(server, "close");
      },
    };
  },
});
