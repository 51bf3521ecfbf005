// Calls by POST, to the server that every platform with one uses.
import { testCallDriver } from "@faasade/connectors/function/conformance";
import { open } from "@faasade/connectors/function/http";
import { openApp } from "@faasade/core/adapter";
import { processHost } from "../../src/shared/host.ts";
import { serveApp } from "../../src/shared/server/index.ts";
import { calleeOf } from "./callee.ts";

testCallDriver({
  title: "POST, to our own server",
  tellsReasons: false,
  async start(handle) {
    const artefact = calleeOf(handle);
    const app = openApp(artefact, processHost(artefact, { log: () => {} }));
    const server = await serveApp(app, { listen: { port: 0, host: "127.0.0.1" }, events: true });
    const origin = `http://127.0.0.1:${server.port}`;
    return {
      driver: open(`${origin}/.faasade/events/resize`),
      nowhere: open("http://127.0.0.1:2/.faasade/events/resize"),
      stop: () => server.drain(0),
    };
  },
});
