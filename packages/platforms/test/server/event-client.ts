// A sender of CloudEvents over HTTP.

import type { CloudEvent } from "@faasade/core";
import { encodeBatch, encodeStructured } from "@faasade/core/cloudevents";
import type { ServeOptions } from "@faasade/platforms/shared/server";
import { type Answer, send } from "./client.ts";
import { eventFunctions, type Handled, type Order } from "./event-functions.ts";
import { type Served, serve } from "./serve.ts";

export function eventOf(data: unknown, attributes: Partial<CloudEvent> = {}): CloudEvent {
  return {
    specversion: "1.0",
    id: "e1",
    source: "/test",
    type: "dev.faasade.test",
    datacontenttype: "application/json",
    data,
    extensions: {},
    ...attributes,
  };
}

export function post(served: Served, functionName: string, event: CloudEvent, headers = {}): Promise<Answer> {
  const { body, contentType } = encodeStructured(event);
  return postBody(served, functionName, body, { "content-type": contentType, ...headers });
}

export function postBatch(served: Served, functionName: string, orders: readonly Order[]): Promise<Answer> {
  const { body, contentType } = encodeBatch(orders.map((order) => eventOf(order, { id: order.id ?? "" })));
  return postBody(served, functionName, body, { "content-type": contentType });
}

export function postBody(
  served: Served,
  functionName: string,
  body: string | Uint8Array,
  headers = {},
): Promise<Answer> {
  return send(served, `/.faasade/events/${functionName}`, { method: "POST", body, headers });
}

/** A server that takes events for the functions of `eventFunctions`. */
export async function openEvents(
  options: Partial<ServeOptions> = {},
): Promise<{ served: Served; handled: Handled[] }> {
  const { functions, handled } = eventFunctions();
  return { served: await serve(functions, { events: true, ...options }), handled };
}
