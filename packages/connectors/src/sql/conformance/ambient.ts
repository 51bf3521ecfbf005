// An ambient for clients under test: real ids, a clock to set.
import type { Ambient, Clock } from "@faasade/core";
import { createIds, createOutboundHttp, newTraceparent } from "@faasade/core/adapter";

export function ambientOf(clock: Clock = { now: () => Date.now() }): Ambient {
  const silent = () => {};
  return {
    log: { debug: silent, info: silent, warn: silent, error: silent },
    clock,
    random: Math.random,
    ids: createIds(clock, Math.random),
    signal: new AbortController().signal,
    attempt: 1,
    traceparent: newTraceparent(Math.random),
    deadline: clock.now() + 60_000,
    urlOf: () => "http://127.0.0.1/",
    http: createOutboundHttp(),
  };
}
