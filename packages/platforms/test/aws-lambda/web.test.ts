import { describe, expect, it } from "vitest";
import { readEndpoint } from "../../src/aws-lambda/web.ts";
import type { ClientReply } from "../conformance/column.ts";
import { killAfterwards } from "../runtimes/afterwards.ts";
import { startEntry, startWebFunction } from "../runtimes/aws-lambda-web.ts";
import { until } from "../runtimes/program.ts";

const fixture = { folder: import.meta.dirname, file: "web-fixture.ts" };
const environment = { PUBLIC_URL: "https://shop.example.org" };
const start = async (more: Readonly<Record<string, string>> = environment) =>
  killAfterwards(await startWebFunction({ ...fixture, environment: more }));
const everyByte = Uint8Array.from({ length: 256 }, (_, value) => value);
const field = ({ headers }: ClientReply, wanted: string) => headers.find(([name]) => name === wanted)?.[1];

describe("aws-lambda-web, a process started as Lambda does", () => {
  it("answers at the place that it is told, byte for byte, with its request's id and trace", async () => {
    const web = await start();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = [
      ["traceparent", traceparent],
      ["lambda-web-request-id", "a client's own"],
    ] as const;
    const reply = await web.send({
      endpoint: "public",
      method: "POST",
      path: "/echo",
      query: "url",
      headers,
      body: everyByte,
    });
    expect(reply.status).toBe(200);
    expect([...reply.body]).toEqual([...everyByte]);
    expect(field(reply, "x-id")).toBe("NF5U6CMIUAWPER24GXDNDEZSVU");
    expect(field(reply, "x-trace")).toContain("0af7651916cd43dd8448eb211c80319c");
    expect(field(reply, "x-url")).toBe("https://shop.example.org/echo");
    const line = (await until(() => /^.*"message":"echoed".*$/m.exec(web.logs()) ?? undefined))[0];
    expect(JSON.parse(line)).toMatchObject({
      level: "info",
      function: "echo",
      invocation: expect.stringMatching(/./),
      traceparent: expect.stringContaining("0af7651916cd43dd8448eb211c80319c"),
      fields: { bytes: 256 },
    });
  });

  it("makes its URLs of the host that Lambda saw to, not of what a client says beside it", async () => {
    const web = await start({});
    const headers = [
      ["x-forwarded-host", "evil.example.org"],
      ["x-forwarded-proto", "http"],
    ] as const;
    const post = { method: "POST", path: "/echo", query: "url", headers, body: everyByte } as const;
    const reply = await web.send({ ...post, endpoint: "public" });
    expect([reply.status, field(reply, "x-url")]).toEqual([
      200,
      expect.stringMatching(/^https:\/\/\w+\.\w+\.lambda-web\.eu-central-1\.on\.aws\/echo$/),
    ]);
  });

  it("lets in whom IAM let in by its endpoint, and nobody who only says so", async () => {
    const web = await start();
    const post = { method: "POST", path: "/private", body: everyByte } as const;
    const said = [
      ["lambda-web-endpoint-name", "iam"],
      ["Lambda-Web-Endpoint-Name", "iam"],
      ["authorization", "AWS4-HMAC-SHA256 Credential=a client's own"],
    ] as const;
    expect((await web.send({ ...post, endpoint: "public", headers: said })).status).toBe(401);
    const reply = await web.send({ ...post, endpoint: "iam", headers: said });
    expect([reply.status, field(reply, "x-authorization")]).toEqual([200, "none"]);
  });

  it("answers what it has begun when it is told to end, and ends", async () => {
    const web = await start();
    const reply = web.send({ endpoint: "public", method: "GET", path: "/until-told" });
    await until(() => web.logs().includes("begun") || undefined);
    const exit = web.stop();
    expect((await reply).status).toBe(200);
    expect(await exit).toEqual({ code: 0, signal: null });
  });

  it("ends by itself before Lambda would kill it, whatever is still going on", async () => {
    const web = await start();
    const reply = web.send({ endpoint: "public", method: "GET", path: "/for-ever" });
    const outcome = reply.then(
      () => "answered",
      () => "cut",
    );
    await until(() => web.logs().includes("begun") || undefined);
    expect(await web.stop()).toEqual({ code: 0, signal: null });
    expect(await outcome).toBe("cut");
  });

  it.each([
    [undefined, "AWS_LAMBDA_HTTP_ENDPOINT is not set"],
    ["http://127.0.0.1:3000", 'AWS_LAMBDA_HTTP_ENDPOINT is "http://127.0.0.1:3000"'],
  ])("does not start when it is told to listen at %s, and says why", async (endpoint, says) => {
    const program = startEntry(fixture, endpoint);
    expect((await program.exited).code).toBe(1);
    expect(program.output()).toContain(`Cannot listen: ${says}. Lambda Web Functions set it to host:port`);
  });
});

describe("AWS_LAMBDA_HTTP_ENDPOINT", () => {
  it.each([
    ["0.0.0.0:3000", { port: 3000 }],
    ["127.0.0.1:8080", { host: "127.0.0.1", port: 8080 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:65535", { host: "::1", port: 65_535 }],
  ])("%s is a place to listen at", (value, place) => {
    expect(readEndpoint(value)).toEqual(place);
  });

  it.each([
    "",
    "3000",
    ":3000",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "::1:3000",
    "a:1:2",
    "h:1/",
    "h:-1",
  ])('is refused as "%s"', (value) => {
    expect(() => readEndpoint(value)).toThrow(`AWS_LAMBDA_HTTP_ENDPOINT is ${JSON.stringify(value)}`);
  });
});
