// A pod of Knative, what it is posted, and what it has handled.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Started, saidOf, startReady, until } from "../kubernetes/process.ts";

export const fixture = join(import.meta.dirname, "fixture.ts");
const samples = join(import.meta.dirname, "../../src/knative/samples");

export interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Handled {
  readonly function: string;
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export function sampleOf(name: string): Sample {
  return JSON.parse(readFileSync(join(samples, `${name}.json`), "utf8")) as Sample;
}

export function pod(): Promise<Started> {
  return startReady(fixture, {
    FAASADE_SERVE: "events",
    PHOTOS_URL: "s3://photos-bucket/in?region=eu-central-1",
  });
}

export function post(
  started: Started,
  name: string,
  { headers, body }: Sample,
  changed: Record<string, string> = {},
) {
  return fetch(`${started.origin}/.faasade/events/${name}`, {
    method: "POST",
    headers: { ...headers, ...changed },
    body: JSON.stringify(body),
  });
}

/** What was handled so far; a process's output may come after its reply. */
export async function handledBy(started: Started, atLeast = 0): Promise<Handled[]> {
  await until(() => saidOf(started, "handled").length >= atLeast);
  return saidOf<Handled>(started, "handled");
}
