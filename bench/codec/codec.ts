// What reading and writing a CloudEvent costs beside JSON alone, and beside the CloudEvents SDK.
import {
  type CloudEvent,
  decodeHttp,
  decodeStructured,
  encodeHttpBinary,
  encodeStructured,
} from "@faasade/core/cloudevents";
import { type Finding, findingsTable, printFindings, publish, readOptions } from "../report.ts";
import { type Contender, compare, cpuMilliseconds } from "../rounds.ts";
import { body, data, headers } from "../sample.ts";

const unit = "µs CPU";
const iterations = 20_000;
const bytes = Buffer.from(body);
const attributes = {
  id: headers["ce-id"],
  source: headers["ce-source"],
  type: headers["ce-type"],
  time: headers["ce-time"],
};
const structured = Buffer.from(
  JSON.stringify({ specversion: "1.0", ...attributes, datacontenttype: "application/json", data }),
);

/** Prints microseconds of CPU per event of 1 KB. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const sdk = await loadSdk();
  const reading = await compare(readers(sdk), options.rounds);
  const writing = await compare(writers(sdk), options.rounds);
  const findings = reading.map((row): Finding => {
    const { name, ratio, min, max } = row;
    return name === "faasade, binary" ? { ...row, goal: { ratio, min, max, atMost: 1.3 } } : row;
  });
  if (options.json) printFindings([...findings, ...writing], unit);
  const sections = [
    { title: `Reading, ${options.rounds} rounds:`, table: findingsTable(findings, unit) },
    { title: `Writing, ${options.rounds} rounds:`, table: findingsTable(writing, unit) },
  ];
  await publish("codec", sections, options);
}

function readers(sdk: Sdk | undefined): Contender[] {
  return [
    { name: "JSON.parse of the body", measure: each(() => JSON.parse(bytes.toString("utf8"))) },
    { name: "faasade, binary", measure: each(() => dataOf(decodeHttp(headers, bytes))) },
    { name: "faasade, binary, data left alone", measure: each(() => decodeHttp(headers, bytes)) },
    { name: "faasade, structured", measure: each(() => decodeStructured(structured).data) },
    ...(sdk === undefined
      ? []
      : [
          {
            name: "cloudevents SDK, binary",
            measure: each(() => sdk.HTTP.toEvent({ headers: { ...headers }, body: bytes.toString("utf8") })),
          },
          {
            name: "cloudevents SDK, structured",
            measure: each(() =>
              sdk.HTTP.toEvent({
                headers: { "content-type": "application/cloudevents+json" },
                body: structured.toString("utf8"),
              }),
            ),
          },
        ]),
  ];
}

function writers(sdk: Sdk | undefined): Contender[] {
  const create = (): CloudEvent => ({
    specversion: "1.0",
    ...attributes,
    datacontenttype: "application/json",
    data,
    extensions: {},
  });
  return [
    { name: "JSON.stringify of the data", measure: each(() => Buffer.from(JSON.stringify(data))) },
    { name: "faasade, made and written, binary", measure: each(() => encodeHttpBinary(create())) },
    { name: "faasade, made and written, structured", measure: each(() => encodeStructured(create())) },
    ...(sdk === undefined
      ? []
      : [
          {
            name: "cloudevents SDK, made and written, binary",
            measure: each(() => bytesOf(sdk.HTTP.binary(new sdk.CloudEvent({ ...attributes, data })))),
          },
          {
            name: "cloudevents SDK, made and written, structured",
            measure: each(() => bytesOf(sdk.HTTP.structured(new sdk.CloudEvent({ ...attributes, data })))),
          },
        ]),
  ];
}

function each(work: () => unknown): () => Promise<number> {
  return async () => {
    const cpu = await cpuMilliseconds(() => {
      for (let index = 0; index < iterations; index += 1) kept = work();
    });
    return (cpu * 1000) / iterations;
  };
}

/** Read by nobody, but V8 does not know that, and drops no work. */
export let kept: unknown;

function dataOf(decoded: CloudEvent | readonly CloudEvent[]): unknown {
  return "data" in decoded ? decoded.data : decoded;
}

/** What goes over the wire is bytes, which the SDK leaves to others. */
function bytesOf({ body }: SdkMessage): Buffer {
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

interface SdkMessage {
  readonly headers: object;
  readonly body: unknown;
}

interface Sdk {
  readonly CloudEvent: new (fields: object) => object;
  readonly HTTP: {
    toEvent(message: { readonly headers: object; readonly body: string }): unknown;
    binary(event: object): SdkMessage;
    structured(event: object): SdkMessage;
  };
}

async function loadSdk(): Promise<Sdk | undefined> {
  const name: string = "cloudevents";
  try {
    return (await import(name)) as Sdk;
  } catch {
    console.error("not measured: the cloudevents SDK is not installed; run npm ci in bench/");
    return undefined;
  }
}
