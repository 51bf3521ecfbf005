// Traps of Lambda's HTTP that are nobody else's: stages, base paths, payload 1.0, whom IAM let in.
import { type HttpRequest, http, json, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { context, tryLambda } from "./lambda.ts";

const execute = "abc.execute-api.eu-central-1.amazonaws.com";
const show = http({ "* /": { auth: "public" }, "* /{rest+}": { auth: "public" } });
const told = ({ path, url, query }: HttpRequest) => json({ path, url, query: [...query] });

function second(rawPath: string, requestContext: object, rest: object = {}): object {
  const http = { method: "GET", path: rawPath };
  return {
    version: "2.0",
    rawPath,
    rawQueryString: "",
    headers: {},
    requestContext: { http, ...requestContext },
    ...rest,
  };
}

async function ask(event: object, environment: Record<string, string> = {}) {
  const { handler } = tryLambda({ show: [show, told] });
  Object.assign(process.env, environment);
  try {
    const answer = (await handler(event, context)) as { statusCode: number; body: string };
    return {
      status: answer.statusCode,
      ...(JSON.parse(answer.body) as { path: string; url: string; query: unknown }),
    };
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
}

describe("a path", () => {
  it("loses the stage of an HTTP API, and urls keep it", async () => {
    expect(await ask(second("/dev/a/b", { stage: "dev", domainName: execute }))).toMatchObject({
      path: "/a/b",
      url: `https://${execute}/dev/a/b`,
    });
  });

  it("keeps what only looks like a stage", async () => {
    for (const [path, stage, domainName] of [
      ["/dev/a", "$default", execute],
      ["/device/a", "dev", execute],
      ["/dev/a", "dev", "api.example.org"],
    ])
      expect((await ask(second(path as string, { stage, domainName }))).path).toBe(path);
  });

  it("loses the base path of a custom domain, as PUBLIC_URL names it", async () => {
    const environment = { PUBLIC_URL: "https://api.example.org/photos/" };
    const event = second("/photos/a", { stage: "$default", domainName: "api.example.org" });
    expect(await ask(event, environment)).toMatchObject({
      path: "/a",
      url: "https://api.example.org/photos/a",
    });
    expect((await ask(second("/photos", { domainName: "api.example.org" }), environment)).path).toBe("/");
  });

  it("of a REST API comes without the stage, which urls have all the same", async () => {
    const event = {
      httpMethod: "GET",
      path: "/a%2Fb",
      requestContext: { stage: "prod", domainName: execute },
    };
    expect(await ask(event)).toMatchObject({ path: "/a%2Fb", url: `https://${execute}/prod/a%2Fb` });
  });

  it("of an HTTP API in payload format 1.0 comes with the stage and decoded", async () => {
    const requestContext = { stage: "dev", domainName: execute };
    const event = { version: "1.0", httpMethod: "GET", path: "/dev/a b%", requestContext };
    expect((await ask(event)).path).toBe("/a%20b%25");
  });

  it("that was a question mark once does not become a query", async () => {
    expect(await ask(second("/a?b#c", { domainName: execute }))).toMatchObject({
      path: "/a%3Fb%23c",
      query: [],
    });
  });
});

describe("a caller", () => {
  const secret = http("GET /private", { auth: "platform" });
  const enter = async (requestContext: object, rest: object = {}): Promise<number> => {
    const { handler } = tryLambda({ private: [secret, () => text("in")] });
    const answer = await handler(second("/private", requestContext, rest), context);
    return (answer as { statusCode: number }).statusCode;
  };

  it("is let in by IAM alone", async () => {
    const userArn = "arn:aws:iam::123456789012:user/a";
    expect(await enter({ authorizer: { iam: { userArn } } })).toBe(200);
    expect(await enter({})).toBe(401);
    expect(await enter({ authorizer: null })).toBe(401);
    expect(await enter({ authorizer: { iam: {} } })).toBe(401);
    expect(await enter({ authorizer: { iam: { userArn: "" } } })).toBe(401);
    expect(await enter({ authorizer: { jwt: { claims: { userArn } } } })).toBe(401);
    expect(await enter({ authorizer: { lambda: { iam: { userArn } } } })).toBe(401);
    expect(
      await enter({}, { headers: { "x-iam": userArn }, body: JSON.stringify({ iam: { userArn } }) }),
    ).toBe(401);
  });

  it("of a load balancer or of Envoy is nobody, whatever is in the event beside it", async () => {
    const identity = { userArn: "arn:aws:iam::123456789012:user/a" };
    const { handler } = tryLambda({ private: [secret, () => text("in")] });
    const balanced = { httpMethod: "GET", path: "/private", requestContext: { elb: {}, identity } };
    expect(await handler(balanced, context)).toMatchObject({ statusCode: 401 });
    expect(await handler({ method: "GET", raw_path: "/private", identity }, context)).toMatchObject({
      status_code: 401,
    });
  });
});

describe("a request", () => {
  it("that is malformed in every field is answered, not thrown", async () => {
    const { handler } = tryLambda({ show: [show, told] });
    const broken = [
      { requestContext: { http: {} } },
      {
        requestContext: { http: { method: 7 } },
        rawPath: 7,
        headers: [],
        cookies: "a",
        body: {},
        rawQueryString: [],
      },
      { requestContext: {}, httpMethod: "GET", path: null, multiValueHeaders: { a: "b", c: [1, null] } },
      { requestContext: { elb: 1 }, httpMethod: "", path: "", multiValueQueryStringParameters: { a: 1 } },
    ];
    for (const event of broken)
      expect(await handler(event, context)).toMatchObject({ statusCode: expect.any(Number) });
  });

  it("joins a sampled X-Ray trace unless its client sent one", async () => {
    const { handler, seen } = tryLambda({ show: [show, told] });
    const xRayTraceId = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await handler(second("/a", {}), { ...context, xRayTraceId });
    await handler(second("/a", {}, { headers: { traceparent } }), { ...context, xRayTraceId });
    expect(seen.map((one) => one.traceparent)).toEqual([
      "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
      traceparent,
    ]);
  });
});

describe("a reply", () => {
  const reply = async (given: object) => {
    const { handler } = tryLambda({ show: [show, () => given] });
    return (await handler(second("/a", {}), context)) as Record<string, unknown> & { headers: object };
  };

  it("is text where it is text, and base64 where it is not", async () => {
    const bytes = (body: Uint8Array | string, type: string, more = {}) =>
      reply({ status: 200, headers: { "content-type": type, ...more }, body });
    const utf8 = Buffer.from("é");
    const latin1 = Uint8Array.of(0xe9);
    expect((await bytes(utf8, "text/plain"))["isBase64Encoded"]).toBe(false);
    expect((await bytes(utf8, "application/problem+json"))["isBase64Encoded"]).toBe(false);
    expect((await bytes(utf8, "image/png"))["isBase64Encoded"]).toBe(true);
    expect((await bytes(latin1, "text/plain; charset=iso-8859-1"))["isBase64Encoded"]).toBe(true);
    expect((await bytes(utf8, "text/plain", { "content-encoding": "br" }))["isBase64Encoded"]).toBe(true);
  });

  it("leaves the connection and the length to the gateway", async () => {
    const headers = {
      Connection: "close",
      "Content-Length": "3",
      "Transfer-Encoding": "chunked",
      "X-Kept": "1",
    };
    expect((await reply({ status: 200, headers, body: "long" })).headers).toEqual({ "x-kept": "1" });
  });

  it("with a header that is none is a 500, not a bare 502", async () => {
    for (const headers of [{ "x-a": "b\r\nset-cookie: c" }, { "x y": "b" }, { "x-a": "😀" }])
      expect(await reply({ status: 200, headers, body: "" })).toMatchObject({ statusCode: 500 });
  });

  it("with several cookies where there is room for one is a 500 that says what to set", async () => {
    const { handler, records } = tryLambda({
      show: [show, () => ({ status: 200, headers: { "set-cookie": ["a=1", "b=2"] }, body: "" })],
    });
    const event = { requestContext: { elb: {} }, httpMethod: "GET", path: "/a", headers: {} };
    expect(await handler(event, context)).toMatchObject({ statusCode: 500 });
    expect(records.map(({ message }) => message).join()).toContain("lambda.multi_value_headers.enabled");
  });
});
