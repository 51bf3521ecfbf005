// What a function that sends has about it, where only what arrives is looked at.
import type { Ambient } from "@faasade/core";
import { createIds } from "@faasade/core/adapter";

export const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;

export const clock = { now: Date.now };

const silent = () => {};

export const ambient: Ambient = {
  clock,
  ids: createIds(clock, Math.random),
  random: Math.random,
  log: { debug: silent, info: silent, warn: silent, error: silent },
  signal: new AbortController().signal,
  attempt: 1,
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  deadline: Number.MAX_SAFE_INTEGER,
  urlOf: () => "http://127.0.0.1/",
  http: { fetch: () => Promise.reject(new Error("no network in this suite")) },
};
