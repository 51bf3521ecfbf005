// What is posted to an app on Google Cloud and on Knative, and a request to it.
import { expect, it } from "vitest";
import type { ObjectWay } from "../conformance/column.ts";
import * as google from "../conformance/columns/google-cloud/events.ts";
import { plainHttp } from "../conformance/columns/http-and-events.ts";
import { buildSuite } from "./built.ts";
import type { Runtime, Ways } from "./trigger-cases.ts";

/** The suite's own objects: `created-too` waits for others, and answers so. */
export const objects = (ways: readonly ObjectWay[]): ObjectWay[] =>
  ways.map((way) => ({ ...way, encode: (change) => (way.encode(change) as unknown[]).slice(0, 1) }));

export const ofGoogle: Ways = {
  schedule: google.scheduleWays,
  call: google.callWays,
  object: objects(google.objectWays),
  message: google.messageWays,
};

export function requestCase(runtime: Runtime): void {
  it("answers a request, byte for byte", async () => {
    const built = await buildSuite("suite", runtime.target, runtime.packaging);
    const app = await runtime.start(await built.artefact("suite"), {});
    const http = plainHttp("a client");
    try {
      const body = Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 251);
      const headers = [["content-type", "application/octet-stream"]] as const;
      const sent = http.encode({ method: "PUT", path: "/echo/a%20b%2F", headers, body });
      const reply = http.decode(await app.deliver(sent));
      expect([reply.status, Buffer.from(reply.body).equals(body)]).toEqual([200, true]);
    } finally {
      await app.stop();
      await built.remove();
    }
  }, 120_000);
}
