// What every way in for HTTP must do, as far as it can be asked from outside: the suite asks columns, verify asks stages.
import assert from "node:assert/strict";
import { errorTable } from "@faasade/core/adapter";
import type { ClientReply, ClientRequest } from "./client.ts";

export interface HttpDifferences {
  /** The path arrives decoded: `%2F` is a slash by then, and nothing in it is malformed. */
  readonly pathIsDecoded?: true;
  /** Of several values of a query parameter or a request's header, the last one alone arrives. */
  readonly lastValueOnly?: true;
  /** A reply carries one cookie; more are refused with a 500. */
  readonly oneCookie?: true;
}

/** By platform, of its default packaging; what is not named here, it carries. */
const differences: Readonly<Record<string, HttpDifferences>> = {
  // An HTTP API hands over the path decoded.
  "aws-lambda": { pathIsDecoded: true },
};

export function differencesOf(platform: string | undefined): HttpDifferences {
  return differences[platform ?? ""] ?? {};
}

export interface HttpCase {
  readonly title: string;
  readonly request: Partial<ClientRequest> & { readonly path: string };
  /** @throws {AssertionError} for a reply that is not as it must be. */
  check(reply: ClientReply, differences: HttpDifferences): void;
}

interface Shown {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
}

const octets = [["content-type", "application/octet-stream"]] as const;
const jsonType = [["content-type", "application/json"]] as const;

export const httpCases: readonly HttpCase[] = [
  {
    title: "method, path, query and text arrive",
    request: {
      method: "PATCH",
      path: "/show/a/b",
      query: "x=1&y=a%20b%26c&empty=",
      headers: [["content-type", "text/plain; charset=utf-8"]],
      body: Buffer.from("grüß 😀\r\n"),
    },
    check(reply) {
      const { method, path, params, query, text } = shownIn(reply);
      assert.deepEqual([method, path, params["rest"], text], ["PATCH", "/show/a/b", "a/b", "grüß 😀\r\n"]);
      assert.deepEqual(query, [
        ["x", "1"],
        ["y", "a b&c"],
        ["empty", ""],
      ]);
    },
  },
  {
    title: "repeated query parameters arrive",
    request: { path: "/show/x", query: "k=1&k=2" },
    check(reply, { lastValueOnly }) {
      const values = shownIn(reply).query.map(([, value]) => value);
      assert.deepEqual(values, lastValueOnly ? ["2"] : ["1", "2"]);
    },
  },
  {
    title: "repeated header fields arrive",
    request: {
      path: "/show/x",
      headers: [
        ["x-many", "1"],
        ["x-many", "2, 3"],
      ],
    },
    check(reply, { lastValueOnly }) {
      const many = shownIn(reply).headers.filter(([name]) => name === "x-many");
      const values = many.flatMap(([, value]) => value.split(/, ?/));
      assert.deepEqual(values, lastValueOnly ? ["2", "3"] : ["1", "2", "3"]);
    },
  },
  {
    title: "every cookie arrives",
    request: { path: "/show/x", headers: [["cookie", "a=1; b=2; c=x=y"]] },
    check(reply) {
      const cookies = shownIn(reply).headers.filter(([name]) => name === "cookie");
      assert.deepEqual(cookies, [["cookie", "a=1; b=2; c=x=y"]]);
    },
  },
  ...(
    [
      ["/show/a%20b", "a b"],
      ["/show/100%25", "100%"],
      ["/show/%C3%A9%F0%9F%98%80", "é😀"],
      ["/show/a+b@c:d", "a+b@c:d"],
      ["/show/q%3F%23", "q?#"],
    ] as const
  ).map(
    ([path, rest]): HttpCase => ({
      title: `the path ${path} is what its client meant`,
      request: { path },
      check: (reply) => assert.equal(shownIn(reply).params["rest"], rest),
    }),
  ),
  {
    title: "a malformed path is refused, and answered",
    request: { path: "/show/%zz" },
    check: ({ status }, { pathIsDecoded }) => assert.equal(status, pathIsDecoded ? 200 : 400),
  },
  ...Object.entries({
    "of every value": Uint8Array.from({ length: 256 }, (_, value) => value),
    "that are no text": Uint8Array.of(0xff, 0xfe, 0, 0xc3, 0x28, 0x0d, 0x0a),
    "of none": new Uint8Array(),
    "of 100,000": Buffer.alloc(100_000).map((_, at) => (at * 31) % 256),
  }).map(
    ([which, body]): HttpCase => ({
      title: `bytes ${which} survive both ways`,
      request: { method: "POST", path: "/echo", headers: octets, body },
      check(reply) {
        assert.equal(reply.status, 200);
        assert.equal(Buffer.compare(reply.body, body), 0, `${reply.body.length} other bytes came back`);
      },
    }),
  ),
  {
    title: "an empty body is no JSON, and refused",
    request: { method: "POST", path: "/read-json", headers: jsonType },
    check: ({ status }) => assert.equal(status, 400),
  },
  {
    title: "malformed JSON is refused",
    request: { method: "POST", path: "/read-json", headers: jsonType, body: Buffer.from('{"a":') },
    check: ({ status }) => assert.equal(status, 400),
  },
  {
    title: "a reply's status, fields and cookies arrive apart",
    request: { path: "/dress" },
    check(reply, { oneCookie }) {
      if (oneCookie) return assert.equal(reply.status, 500);
      assert.deepEqual([reply.status, textOf(reply)], [203, "dressed"]);
      assert.deepEqual(linesOf(reply, "set-cookie"), ["a=1; Path=/; HttpOnly", "b=2, x"]);
      assert.deepEqual(valuesOf(reply, "x-many"), ["1", "2"]);
      assert.deepEqual(valuesOf(reply, "x-odd"), ["ÿ ~"]);
    },
  },
  ...Object.entries({ ...errorTable, throw: { status: 500 } }).map(
    ([code, { status }]): HttpCase => ({
      title: `a failure of ${code} is a ${status}, as a problem, and a 5xx keeps its reason`,
      request: { path: `/refuse/${code}` },
      check(reply) {
        assert.equal(reply.status, status);
        assert.deepEqual(valuesOf(reply, "content-type"), ["application/problem+json"]);
        if (status >= 500) assert.doesNotMatch(textOf(reply), /secret reason/);
      },
    }),
  ),
  {
    title: "a route that nobody declared is a 404",
    request: { path: "/nowhere" },
    check: ({ status }) => assert.equal(status, 404),
  },
  {
    title: "another method is a 405, with those that are allowed",
    request: { method: "DELETE", path: "/shared" },
    check(reply) {
      assert.equal(reply.status, 405);
      assert.ok(valuesOf(reply, "allow").includes("PUT"), "It does not say which methods are allowed.");
    },
  },
  {
    title: "a preflight of an allowed origin is answered",
    request: {
      method: "OPTIONS",
      path: "/shared",
      headers: [
        ["origin", "https://a.example"],
        ["access-control-request-method", "PUT"],
      ],
    },
    check(reply) {
      assert.equal(reply.status, 204);
      assert.deepEqual(valuesOf(reply, "access-control-allow-origin"), ["https://a.example"]);
    },
  },
];

function shownIn(reply: ClientReply): Shown {
  assert.equal(reply.status, 200, textOf(reply).slice(0, 300));
  return JSON.parse(textOf(reply)) as Shown;
}

function textOf({ body }: ClientReply): string {
  return Buffer.from(body).toString("utf8");
}

function linesOf({ headers }: ClientReply, wanted: string): string[] {
  return headers.filter(([name]) => name === wanted).map(([, value]) => value);
}

function valuesOf(reply: ClientReply, wanted: string): string[] {
  return linesOf(reply, wanted).flatMap((value) => value.split(", "));
}
