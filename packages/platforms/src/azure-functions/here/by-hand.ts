// What a host makes of an input that is given by hand: what the function's trigger would have handed over with it.
// https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
import { randomUUID } from "node:crypto";
import { type Fields, fieldsOf, isObject } from "../../shared/fields.ts";
import type { MessageService } from "../bindings.ts";
import type { FunctionsHost, Handed, HostFunction, Native } from "./host.ts";
import { manyMetadata, messageMetadata } from "./trigger-metadata.ts";

const services: Readonly<Record<string, MessageService>> = {
  queueTrigger: "storage-queue",
  serviceBusTrigger: "service-bus",
  eventHubTrigger: "event-hubs",
};

/**
 * `{"input": …}`, as Azure takes it, or an invocation as the app gets it: `{"data", "triggerMetadata"}` of the Node
 * worker, in which JSON has bytes as base64, `{"Data", "Metadata"}` of a custom handler.
 * @throws {Error} for what is neither.
 */
export function givenByHand(
  text: string,
  payload: FunctionsHost["payload"],
): { readonly input: unknown } | { readonly native: Native } {
  const given = fieldsOf(text === "" ? {} : JSON.parse(text));
  const native = fieldsOf(given["body"] ?? given);
  if (isObject(native[payload]))
    return { native: { triggerMetadata: {}, ...native, [payload]: withBytes(native[payload]) } };
  const { input, ...others } = given;
  if (Object.keys(others).length === 0) return { input };
  throw new Error(
    `Cannot read what was given: write {"input": …}, or {"${payload}": {…}, …} as Azure hands it to this packaging.`,
  );
}

function withBytes(data: Fields): Fields {
  const { bytes } = data;
  return typeof bytes === "string" ? { bytes: Buffer.from(bytes, "base64") } : data;
}

/** @param now RFC 3339: when a message was sent that is given by hand. */
export function handedByHand({ name, trigger }: HostFunction, input: unknown, now: string): Handed {
  if (trigger.type === "timerTrigger")
    return {
      data: { Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false },
      metadata: {},
    };
  const service = services[trigger.type];
  if (service === undefined)
    return { data: typeof input === "string" ? JSON.parse(input) : input, metadata: {} };
  const body = Buffer.from(typeof input === "string" ? input : JSON.stringify(input ?? null));
  const message = { id: randomUUID(), body, time: now, attempt: 1 };
  return trigger["cardinality"] === "many"
    ? { data: [body], metadata: manyMetadata(service, name, [message]) }
    : { data: body, metadata: messageMetadata(service, name, message) };
}
