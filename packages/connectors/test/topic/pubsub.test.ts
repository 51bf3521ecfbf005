// What is the pubsub drivers' own and needs no server of Google's: URLs, tokens, repetition, what they load and say.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DriverModule } from "@faasade/core/adapter";
import { describe, expect, expectTypeOf, it } from "vitest";
import { open as openQueue } from "../../src/queue/pubsub/index.ts";
import { parseTarget } from "../../src/shared/google/pubsub/target.ts";
import { open } from "../../src/topic/pubsub.ts";

const nothing = () => undefined;
const message = (id: string, body = "x") => ({ id, body: Buffer.from(body), contentType: "text/plain" });

/** Answers with these statuses in turn, then 200, and tells what it was asked. */
async function answering(...statuses: readonly number[]) {
  const asked: Pick<IncomingMessage, "url" | "headers">[] = [];
  const server = createServer((request, response) => {
    const status = statuses[asked.length] ?? 200;
    asked.push({ url: request.url, headers: request.headers });
    request.resume().on("end", () => {
      const error = { code: status, message: `said ${status}` };
      response.writeHead(status).end(JSON.stringify(status === 200 ? {} : { error }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration = (name: string) => (name === "PUBSUB_EMULATOR_HOST" ? host : undefined);
  return { asked, configuration, [Symbol.dispose]: () => void server.close() };
}

describe("pubsub URLs", () => {
  it("name a topic, and for who receives a subscription and dead letters", () => {
    expect(parseTarget("pubsub://Alerts_1.a?project=acme-1", nothing)).toEqual({
      project: "acme-1",
      topic: "Alerts_1.a",
      subscription: undefined,
      deadLetters: undefined,
      endpoint: "https://pubsub.googleapis.com",
      isEmulator: false,
    });
    const whole = "pubsub://jobs?project=example.com:acme&subscription=work&dead-letters=jobs-dead";
    expect(parseTarget(whole, () => "localhost:8085")).toMatchObject({
      project: "example.com:acme",
      subscription: "work",
      deadLetters: "jobs-dead",
      endpoint: "http://localhost:8085",
      isEmulator: true,
    });
  });

  it.each([
    ["gs://alerts?project=acme", "pubsub: URLs"],
    ["pubsub://key:secret@alerts?project=acme", "no credentials"],
    ["pubsub://alerts?project=acme&endpoint=http://a", "no parameter endpoint"],
    ["pubsub://alerts", "no topic"],
    ["pubsub://alerts?project=..%2Fother", "no topic"],
    ["pubsub://alerts/more?project=acme", "no topic"],
    ["pubsub://al?project=acme", "no topic"],
    ["pubsub://googalerts?project=acme", "no topic"],
    ["pubsub://alerts?project=acme&subscription=a:pull", "subscription is no name"],
    ["pubsub://alerts?project=acme&dead-letters=", "dead-letters is no name"],
  ])("refuse %s", (url, reason) => {
    expect(() => open(url, { configuration: nothing })).toThrow(reason);
  });

  it.each(["http://localhost:8085", "localhost", "me:secret@localhost:1"])(
    "take no emulator at %s",
    (host) => {
      expect(() => open("pubsub://alerts?project=acme", { configuration: () => host })).toThrow(
        "PUBSUB_EMULATOR_HOST is no host and port",
      );
    },
  );
});

describe("the pubsub drivers", () => {
  it("publish again what was not taken for a passing reason, and show no token to an emulator", async () => {
    using server = await answering(503, 429);
    await open("pubsub://alerts?project=acme", server).publish([message("a")]);
    expect(server.asked.map(({ url }) => url)).toEqual(
      Array(3).fill("/v1/projects/acme/topics/alerts:publish"),
    );
    for (const { headers } of server.asked) expect(headers.authorization).toBeUndefined();
  });

  it("say what access is missing, and do not ask again", async () => {
    using server = await answering(403, 403);
    await expect(open("pubsub://alerts?project=acme", server).publish([message("a")])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        /acme\/alerts at http.*refused \(said 403\)\. Its account needs pubsub\.topics\.publish on topics\/alerts/,
      ),
    });
    expect(server.asked).toHaveLength(1);
  });

  it("say how many of several requests' messages were sent", async () => {
    using server = await answering(200, 400);
    const many = Array.from({ length: 1_001 }, (_, place) => message(`m${place}`));
    await expect(open("pubsub://alerts?project=acme", server).publish(many)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/Cannot send 1 of 1001 messages .*said 400.* The others were sent\./),
    });
  });

  it("say whom they could not reach, and that there are no credentials", async () => {
    const none = open("pubsub://alerts?project=acme", { configuration: () => "127.0.0.1:2" });
    await expect(none.publish([message("a")])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    process.env["GCE_METADATA_HOST"] = "127.0.0.1:2";
    try {
      const real = open("pubsub://alerts?project=acme", { configuration: nothing });
      await expect(real.publish([message("a")])).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("there are no credentials"),
      });
    } finally {
      delete process.env["GCE_METADATA_HOST"];
    }
  });

  it("are driver modules, and load no package at all", async () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
    expectTypeOf(openQueue).toExtend<DriverModule["open"]>();
    const probe = fileURLToPath(new URL("pubsub-load-probe.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe]);
    expect(JSON.parse(stdout)).toEqual({ afterOpen: 0, afterUse: 0 });
  });
});
