// Everything that is to be run, as it stands in the store now.
import type { ObjectReader } from "@faasade/connectors/object-store";
import { FunctionError } from "@faasade/core";
import * as v from "valibot";
import { maxCrontabBytes, onceSchema, readCrontab, readOnce } from "./crontab.ts";
import type { Job } from "./job.ts";

export const crontabKey = "crontab";
const oncePrefix = "at/";

export function onceKey(id: string): string {
  return `${oncePrefix}${id}.json`;
}

/** The crontab's jobs, then those that run once. @throws {FunctionError} `unprocessable` naming what cannot be read. */
export async function readJobs(crontabs: ObjectReader): Promise<Job[]> {
  const crontab = await crontabs.get(crontabKey);
  const text = (await crontab?.bytes({ maxBytes: maxCrontabBytes })) ?? new Uint8Array();
  const jobs = readCrontab(Buffer.from(text).toString("utf8"), crontab?.info.modifiedAt ?? 0);
  for await (const { key } of crontabs.keys(oncePrefix)) {
    const id = /^at\/([a-z0-9-]{1,60})\.json$/.exec(key)?.[1];
    const object = await crontabs.get(key);
    if (id === undefined || object === undefined) continue;
    try {
      jobs.push(readOnce(id, v.parse(onceSchema, await object.json()), object.info.modifiedAt));
    } catch (error) {
      throw new FunctionError("unprocessable", `Cannot use ${key}: ${(error as Error).message}.`);
    }
  }
  return jobs;
}
