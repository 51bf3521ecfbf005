// The samples, as they are kept beside the platform, and a suite app that gets them.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";
import { exchange } from "../../src/azure-functions/here/wire.ts";
import { invokeOnWire, type Worker } from "./node-worker.ts";
import type { Invoked } from "./occurrence.ts";

type Typed = Readonly<Record<string, unknown>>;

export type SampleEvent =
  | {
      readonly worker: "node";
      readonly function: string;
      readonly data: Typed;
      readonly triggerMetadata: Readonly<Record<string, Typed>>;
    }
  | { readonly worker: "custom"; readonly function: string; readonly body: unknown };

export interface Sample {
  readonly source: string;
  readonly obtained: string;
  readonly date: string;
  readonly proof: string;
  readonly event: SampleEvent;
}

const folder = join(import.meta.dirname, "../../src/azure-functions/samples");

export const samples = new Map(
  readdirSync(folder).map((file): [string, Sample] => [
    basename(file, ".json"),
    JSON.parse(readFileSync(join(folder, file), "utf8")),
  ]),
);

/** Bytes as gRPC has them, where JSON has base64. */
export function withBytes(data: Typed): Typed {
  const { bytes } = Object(data) as Typed;
  return typeof bytes === "string" ? { bytes: Buffer.from(bytes, "base64") } : data;
}

export async function send(event: SampleEvent, worker: Worker, port: number): Promise<Invoked> {
  if (event.worker === "node") {
    const { data, triggerMetadata } = event;
    return invokeOnWire(worker, event.function, { data: withBytes(data), triggerMetadata });
  }
  const body = Buffer.from(JSON.stringify(event.body));
  const headers = [
    ["host", "127.0.0.1"],
    ["content-type", "application/json"],
  ] as const;
  const reply = await exchange(port, { method: "POST", target: `/${event.function}`, headers, body });
  if (reply.status !== 200) throw new Error(`${reply.status} ${Buffer.from(reply.body)}`);
  return { outputs: JSON.parse(Buffer.from(reply.body).toString()).Outputs };
}

/** Sets variables until the test is over. */
export function setVariables(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
  onTestFinished(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
  });
}

export const schedules = {
  FAASADE_SCHEDULES: JSON.stringify({ tick: ["0 0 6 * * *"], tock: ["0 0 7 * * *"] }),
};
