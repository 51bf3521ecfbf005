// The suite's functions that are asked by HTTP.
import {
  bytes,
  defineFunction,
  type HttpRequest,
  http,
  json,
  type Resource,
  read,
  text,
} from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import { type Failure, obey } from "./failure.ts";

const counter = { kind: "counter", name: "counter", connect: (driver: unknown) => driver } as Resource<
  string,
  { read: { next(): number } }
>;

export function httpFunctions(): AnyFunction[] {
  const large = { auth: "public", maxBodyBytes: 8 << 20 } as const;
  const functions = [
    defineFunction({
      name: "show",
      trigger: http("* /show/{rest+}", { auth: "public" }),
      handle: async (request) => json(await shown(request as HttpRequest)),
    }),
    defineFunction({
      name: "echo",
      trigger: http("POST /echo", large),
      handle: async (request) => bytes(await request.bytes(), request.headers.get("content-type") ?? "x/y"),
    }),
    defineFunction({
      name: "zeros",
      trigger: http("GET /zeros/{count}", large),
      handle: ({ params }) => bytes(new Uint8Array(Number(params.count)), "application/octet-stream"),
    }),
    defineFunction({
      name: "pieces",
      trigger: http("GET /pieces/{how}", large),
      handle: ({ params }) => bytes(pieces(params.how === "broken"), "application/octet-stream"),
    }),
    defineFunction({
      name: "dress",
      trigger: http("GET /dress", { auth: "public" }),
      handle: () => ({
        status: 203,
        headers: { "set-cookie": ["a=1; Path=/; HttpOnly", "b=2, x"], "x-many": ["1", "2"], "x-odd": "ÿ ~" },
        body: "dressed",
      }),
    }),
    defineFunction({
      name: "bare",
      trigger: http("GET /bare/{status}", { auth: "public" }),
      handle: ({ params }) => ({
        status: Number(params.status),
        headers: { "x-kept": "1" },
        body: "not sent",
      }),
    }),
    defineFunction({
      name: "fail",
      timeoutSeconds: 0.2,
      trigger: http("GET /fail/{how}", { auth: "public" }),
      handle: ({ params }) => obey(params.how as Failure) as Promise<undefined>,
    }),
    defineFunction({
      name: "private",
      trigger: http("GET /private", { auth: "platform" }),
      handle: ({ principal }) => json(principal),
    }),
    defineFunction({
      name: "shared",
      trigger: http("PUT /shared", { auth: "public", cors: { origins: ["https://a.example"] } }),
      handle: () => text("shared"),
    }),
    defineFunction({
      name: "count",
      trigger: http("GET /count", { auth: "public" }),
      uses: { counter: read(counter) },
      handle: (_request, { counter }) => text(String((counter as { next(): number }).next())),
    }),
  ];
  return functions as unknown as AnyFunction[];
}

async function shown(request: HttpRequest): Promise<unknown> {
  const { method, path, params, query, headers } = request;
  return { method, path, params, query: [...query], headers: [...headers], text: await request.text() };
}

async function* pieces(isBroken: boolean): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(0, 255);
  if (isBroken) throw new Error("the pipe broke");
  yield Uint8Array.of(128);
}
