// Starts a function on the operator's word: an http function by a request, any other by an event.
import { isUtf8 } from "node:buffer";
import { type CloudEvent, FunctionError } from "@faasade/core";
import type { TriggerDescription } from "@faasade/core/adapter";
import { encodeStructured } from "@faasade/core/cloudevents";
import type { AppSupervisor } from "../app/supervisor.ts";
import type { World } from "../world.ts";
import type { InvokeReply, InvokeRequest } from "./api.ts";
import { findFunction } from "./operate.ts";

export async function invokeFunction(
  world: World,
  { function: name, data, request }: InvokeRequest,
): Promise<InvokeReply> {
  const { app, description } = findFunction(world, name);
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (description.trigger.kind === "http") {
    if (request === undefined)
      throw new FunctionError("invalid", `Cannot invoke ${name}: it is started by http, so say the path.`);
    const reply = await throughGateway(world, app, request);
    return { ...reply, milliseconds: elapsed() };
  }
  const event = operatorEvent(world, `${app.source.name}/${description.name}`, description.trigger, data);
  const { body, contentType } = encodeStructured(event);
  const traceparent = world.causes.open(event.id);
  world.journal.note({
    kind: "operator",
    id: event.id,
    app: app.source.name,
    function: description.name,
    title: `invoked ${name}`,
  });
  const path = `/.faasade/events/${description.name}`;
  const { timeoutSeconds } = description;
  const process = await app.running();
  const reply = await process.deliver(
    { path, headers: { "content-type": contentType, traceparent }, body },
    timeoutSeconds,
  );
  const text = Buffer.from(reply.body).toString("utf8");
  if (reply.status < 300)
    return {
      ok: true,
      milliseconds: elapsed(),
      ...(text === "" ? {} : { reply: JSON.parse(text) as unknown }),
    };
  const { code = "internal", detail = "no reason given" } = JSON.parse(text) as {
    code?: string;
    detail?: string;
  };
  return { ok: false, milliseconds: elapsed(), error: { code, message: detail } };
}

/** Runs a scheduled function now. */
export async function runNow(world: World, name: string): Promise<{ id: string }> {
  const { app, description } = findFunction(world, name);
  if (description.trigger.kind !== "schedule") {
    throw new FunctionError(
      "invalid",
      `Cannot run ${name} now: it is started by ${description.trigger.kind}, not by a schedule.`,
    );
  }
  const queue = world.queues.get(world.queues.deliveriesOf(`${app.source.name}/${description.name}`));
  return {
    id: await world.scheduler.runNow({ app: app.source.name, functionName: description.name, queue }),
  };
}

async function throughGateway(
  world: World,
  app: AppSupervisor,
  request: NonNullable<InvokeRequest["request"]>,
): Promise<Omit<InvokeReply, "milliseconds">> {
  const url = new URL(
    `${world.gatewayOrigin}/${app.source.name}${request.path.startsWith("/") ? "" : "/"}${request.path}`,
  );
  // Dots in a path, spelled out or not, lead upwards.
  if (!url.pathname.startsWith(`/${app.source.name}/`))
    throw new FunctionError(
      "invalid",
      `Cannot ask ${app.source.name} for ${request.path}: that is not below the app. Write a path without "..".`,
    );
  const response = await fetch(toRequest(url, request));
  const bytes = Buffer.from(await response.arrayBuffer());
  const { ok, status } = response;
  const said = isUtf8(bytes)
    ? { reply: bytes.toString("utf8") }
    : { reply: bytes.toString("base64"), encoding: "base64" as const };
  return { ok, status, headers: Object.fromEntries(response.headers), ...said };
}

/** @throws {FunctionError} `invalid` for what HTTP has no place for, such as a GET with a body. */
function toRequest(
  url: URL,
  { method = "GET", headers, body, encoding }: NonNullable<InvokeRequest["request"]>,
): Request {
  try {
    return new Request(url, {
      method,
      redirect: "manual",
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: encoding === undefined ? body : Buffer.from(body, encoding) }),
    });
  } catch (error) {
    throw new FunctionError(
      "invalid",
      `Cannot send the request: ${(error as Error).message.replace(/\.+$/, "")}.`,
    );
  }
}

function operatorEvent(world: World, name: string, trigger: TriggerDescription, data: unknown): CloudEvent {
  const now = new Date(world.clock.now()).toISOString();
  const schedule = { job: name, due: now };
  return {
    specversion: "1.0",
    id: crypto.randomUUID(),
    source: "/operator",
    type: `dev.faasade.${trigger.kind}`,
    time: now,
    datacontenttype: "application/json",
    data: data ?? (trigger.kind === "schedule" ? schedule : null),
    extensions: {},
  };
}

/** Answers calls between functions, which arrive from the apps' processes on a socket of their own. */
export async function forwardCall(
  world: World,
  name: string,
  body: string,
  traceparent: string,
): Promise<{ status: number; body: string }> {
  const { app, description } = findFunction(world, name);
  if (description.trigger.kind !== "call")
    throw new FunctionError(
      "not_found",
      `Cannot call ${name}: it is started by ${description.trigger.kind}.`,
    );
  const event = operatorEvent(world, name, description.trigger, JSON.parse(body));
  const encoded = encodeStructured({ ...event, source: "/call", extensions: { traceparent } });
  const { timeoutSeconds } = description;
  const process = await app.running();
  const reply = await process.deliver(
    {
      path: `/.faasade/events/${description.name}`,
      headers: { "content-type": encoded.contentType },
      body: encoded.body,
    },
    timeoutSeconds,
  );
  return { status: reply.status, body: Buffer.from(reply.body).toString("utf8") };
}
