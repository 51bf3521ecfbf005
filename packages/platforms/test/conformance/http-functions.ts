// The suite's functions that are asked by HTTP.
import { bytes, defineFunction, http, json, type Resource, read, text } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import dress from "../../probe/src/functions/dress.ts";
import echo from "../../probe/src/functions/echo.ts";
import readJson from "../../probe/src/functions/read-json.ts";
import refuse from "../../probe/src/functions/refuse.ts";
import shared from "../../probe/src/functions/shared.ts";
import show from "../../probe/src/functions/show.ts";
import { type Failure, obey } from "./failure.ts";

const counter = { kind: "counter", name: "counter", connect: (driver: unknown) => driver } as Resource<
  string,
  { read: { next(): number } }
>;

export function httpFunctions(): AnyFunction[] {
  const large = { auth: "public", maxBodyBytes: 8 << 20 } as const;
  const functions = [
    show,
    echo,
    dress,
    refuse,
    shared,
    readJson,
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
      name: "count",
      trigger: http("GET /count", { auth: "public" }),
      uses: { counter: read(counter) },
      handle: (_request, { counter }) => text(String((counter as { next(): number }).next())),
    }),
  ];
  return functions as unknown as AnyFunction[];
}

async function* pieces(isBroken: boolean): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(0, 255);
  if (isBroken) throw new Error("the pipe broke");
  yield Uint8Array.of(128);
}
