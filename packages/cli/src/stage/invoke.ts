// Starts a function of a deployed app: an http function by a request as whom the platform lets through.
import { isUtf8 } from "node:buffer";
import type { FunctionDescription } from "@faasade/core/adapter";
import type { StageClient } from "@faasade/deploy";
import type { InvokeReply, InvokeRequest } from "@faasade/local/control";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { openNamed } from "./open-stage.ts";
import type { StageOptions } from "./options.ts";

type Trigger = FunctionDescription["trigger"];

export async function invokeOnStage(
  named: string,
  options: StageOptions,
  requestFor: (name: string, trigger: Trigger | undefined) => Promise<InvokeRequest>,
): Promise<InvokeReply> {
  const namesOf = (functions: readonly FunctionDescription[]) => functions.map(({ name }) => name);
  const { client, name, functions } = await openNamed(options, "function", named, namesOf);
  try {
    const { trigger } = functions.find((one) => one.name === name) as FunctionDescription;
    const { request, data } = await requestFor(name, trigger);
    return request === undefined ? await client.invoke(name, data) : await ask(client, request);
  } finally {
    await client.close();
  }
}

async function ask(
  client: StageClient,
  { method = "GET", path, headers, body }: NonNullable<InvokeRequest["request"]>,
): Promise<InvokeReply> {
  const startedAt = performance.now();
  const url = `${client.url ?? ""}${path.startsWith("/") ? "" : "/"}${path}`;
  const plain = new Request(url, {
    method,
    redirect: "manual",
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  });
  const response = await fetch((await client.authorize?.(plain)) ?? plain).catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CommandFailure(exitCodes.failed, `Cannot reach ${url}: ${why}.`);
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const said = isUtf8(bytes)
    ? { reply: bytes.toString("utf8") }
    : { reply: bytes.toString("base64"), encoding: "base64" as const };
  return {
    ok: response.ok,
    status: response.status,
    headers: Object.fromEntries(response.headers),
    milliseconds: Math.round(performance.now() - startedAt),
    ...said,
  };
}
