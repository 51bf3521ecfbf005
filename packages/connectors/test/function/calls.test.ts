// What the drivers of calls have for themselves: URLs, what they show to whom, and what stands before a function.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DriverModule } from "@faasade/core/adapter";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it, vi } from "vitest";
import { open, parseTarget } from "../../src/function/http.ts";
import { open as openLambda, parseTarget as parseLambda } from "../../src/function/lambda.ts";

const how = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  signal: new AbortController().signal,
};
let server: Server;
let host: string;
let answer: RequestListener;
let asked: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterEach(() => {
  asked = [];
  vi.unstubAllEnvs();
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe("URLs of calls", () => {
  it("read the key of Azure and the audience of Google, and keep neither in the URL", () => {
    expect(parseTarget("https://a.azurewebsites.net/.faasade/events/resize?code=k%2B1")).toEqual({
      url: "https://a.azurewebsites.net/.faasade/events/resize",
      key: "k+1",
      audience: undefined,
    });
    expect(parseTarget("https://a-1.europe-west1.run.app/.faasade/events/resize").audience).toBe(
      "https://a-1.europe-west1.run.app",
    );
    expect(parseTarget("https://calls.example/resize?audience=https://a.run.app")).toMatchObject({
      url: "https://calls.example/resize",
      audience: "https://a.run.app",
    });
    expect(parseTarget("http://shop-events.default.svc/.faasade/events/resize")).toMatchObject({
      key: undefined,
    });
    expect(parseTarget("https://evilrun.app/resize").audience).toBeUndefined();
  });

  it.each([
    ["lambda://resize", "http(s) URLs"],
    ["https://user:secret@a.example/", "no credentials"],
    ["http://a.example/resize?code=secret", "https alone"],
    ["http://a.run.app/resize", "https alone"],
  ])("refuse %s", (url, reason) => {
    expect(() => open(url)).toThrow(reason);
  });

  it("read functions of AWS Lambda by ARN and by name", () => {
    const arn = "arn:aws:lambda:eu-west-1:1234:function:shop-dev-resize:live";
    expect(parseLambda(arn)).toMatchObject({ functionName: arn, region: "eu-west-1" });
    expect(parseLambda("lambda://resize?region=eu-west-1")).toMatchObject({ functionName: "resize" });
    for (const url of [
      "https://a.example",
      "lambda://key:secret@resize",
      "lambda://resize/a",
      "lambda://resize?x=1",
    ])
      expect(() => openLambda(url)).toThrow(TypeError);
  });
});

describe("a call by POST", () => {
  it("shows a service of Cloud Run who asks, by one token until it ends", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "");
    vi.stubEnv("GCE_METADATA_HOST", host);
    const claims = Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 3600 })).toString("base64url");
    answer = (request, response) => {
      response.setHeader("metadata-flavor", "Google");
      response.end(request.url?.includes("identity") ? `h.${claims}.s` : "1");
    };
    const driver = open(`http://${host}/.faasade/events/resize?audience=https://a.run.app`);
    await driver.call("resize", {}, how);
    await driver.call("resize", {}, how);
    const shown = asked.map(({ url, headers }) => [url, headers.authorization]);
    expect(shown).toEqual([
      [
        "/computeMetadata/v1/instance/service-accounts/default/identity?audience=https%3A%2F%2Fa.run.app",
        undefined,
      ],
      ["/.faasade/events/resize", `Bearer h.${claims}.s`],
      ["/.faasade/events/resize", `Bearer h.${claims}.s`],
    ]);
  });

  it("shows a function of Azure its key as a header", async () => {
    answer = (_, response) => response.writeHead(204).end();
    await open(`http://${host}/.faasade/events/resize?code=secret`).call("resize", {}, how);
    expect([asked[0]?.url, asked[0]?.headers["x-functions-key"]]).toEqual([
      "/.faasade/events/resize",
      "secret",
    ]);
  });

  it("follows no redirect, which would show its token elsewhere", async () => {
    answer = (_, response) => response.writeHead(302, { location: `http://${host}/other` }).end();
    const called = open(`http://${host}/resize?code=secret`).call("resize", {}, how);
    await expect(called).rejects.toMatchObject({ code: "unavailable" });
    expect(asked).toHaveLength(1);
  });

  it.each([
    [403, "", "text/html", { code: "unavailable", message: expect.stringContaining("roles/run.invoker") }],
    [
      404,
      "<html>",
      "text/html",
      { code: "unavailable", message: expect.stringContaining("nothing is there") },
    ],
    [502, "", "text/plain", { code: "unavailable", message: expect.stringContaining("502") }],
    [200, "<html>", "text/html", { code: "internal", message: expect.stringContaining("not JSON") }],
    [400, '{"code":"__proto__","detail":"x"}', "application/problem+json", { code: "internal" }],
    [
      429,
      '{"code":"rate_limited"}',
      "application/problem+json",
      { code: "rate_limited", retryAfterSeconds: 7 },
    ],
  ])("tells %i %s of %s from what the function says", async (status, body, type, expected) => {
    answer = (_, response) =>
      response.writeHead(status, { "content-type": type, "retry-after": "7" }).end(body);
    await expect(open(`http://${host}/resize`).call("resize", {}, how)).rejects.toMatchObject(expected);
  });

  it("stops at a reply that is too large, before it is in memory", async () => {
    answer = (_, response) => {
      const piece = Buffer.alloc(1 << 20, " ");
      const write = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", write);
      write();
    };
    await expect(open(`http://${host}/resize`).call("resize", {}, how)).rejects.toMatchObject({
      code: "too_large",
    });
  });
});

describe("the drivers of calls", () => {
  it("are driver modules, and load no SDK before their first use", async () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
    expectTypeOf(openLambda).toExtend<DriverModule["open"]>();
    const probe = fileURLToPath(new URL("load-probe.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe]);
    expect(JSON.parse(stdout)).toEqual({ afterOpen: 0, afterUse: true });
  });
});
