// The suite's app, started by a column until the test is over.
import type { LogRecord } from "@faasade/core/adapter";
import { onTestFinished } from "vitest";
import { type SuiteApp, suiteApp } from "./app.ts";
import type { ClientReply, ClientRequest, Column, HttpWay, Running } from "./column.ts";

export interface Started extends SuiteApp, Running {
  readonly records: LogRecord[];
}

export async function start(column: Column, urls: Readonly<Record<string, string>> = {}): Promise<Started> {
  const app = suiteApp(urls);
  const records: LogRecord[] = [];
  const running = await column.open(app.artefact, { log: (record) => records.push(record) });
  onTestFinished(() => running.close());
  return { ...app, deliver: running.deliver, close: running.close, records };
}

export interface Client {
  send(request: Partial<ClientRequest> & { readonly path: string }): Promise<ClientReply>;
}

export function client(running: Running, way: HttpWay): Client {
  return {
    send: async (request) => way.decode(await running.deliver(way.encode({ method: "GET", ...request }))),
  };
}

export function textOf({ body }: ClientReply): string {
  return Buffer.from(body).toString("utf8");
}

export function jsonOf<Value = Record<string, unknown>>(reply: ClientReply): Value {
  return JSON.parse(textOf(reply)) as Value;
}

/** A field's values, repeated or joined. */
export function valuesOf({ headers }: ClientReply, wanted: string): string[] {
  return headers.filter(([name]) => name === wanted).flatMap(([, value]) => value.split(", "));
}
