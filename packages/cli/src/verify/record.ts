// What verify writes down: which cells hold and by whose word, and what came natively, with nothing that tells whose it is.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BuildResult } from "@faasade/build";
import type { Place, Witness } from "@faasade/deploy";
import type { TriggerKind } from "@faasade/platforms/shared/platform";
import type { CaseOutcome } from "@faasade/platforms/shared/probe-run";
import type { ProbeRecord, RecordedCell } from "@faasade/platforms/shared/recorded";
import { refused } from "../exit-code.ts";
import { refuseFile } from "../input.ts";
import { redact } from "./redact.ts";

export interface Evidence {
  readonly build: BuildResult;
  readonly place: Place;
  readonly url: string;
  readonly witness: Witness;
  readonly cases: readonly CaseOutcome[];
  readonly natives: ReadonlyMap<string, unknown>;
  /** What was given with `--set`. */
  readonly values: Readonly<Record<string, string>>;
}

/** Region and the like are told; whatever else says where it is, is not. */
const toldOptions: readonly string[] = ["region", "location"];

export function toRecord(evidence: Evidence, date: Date): ProbeRecord {
  const { build, place, witness, cases, natives } = evidence;
  const { platform, packaging } = build;
  const region = place["region"] ?? place["location"];
  const record: ProbeRecord = {
    platform,
    packaging,
    ...(region === undefined ? {} : { region }),
    date: date.toISOString().slice(0, 10),
    by: "faasade verify",
    ...(witness.proof === "double" ? { proof: "double", standIn: witness.why } : { proof: witness.proof }),
    cells: cellsOf(build, cases),
    cases: cases.map(({ milliseconds: _, ...one }) => {
      const native = natives.get(one.mark);
      return { ...one, ...(native === undefined ? {} : { native }) };
    }),
  };
  return redact(record, knownOf(evidence));
}

/** @throws {CommandFailure} where a double would become a proof of this checkout. */
export async function writeRecord(
  root: string,
  file: string | undefined,
  record: ProbeRecord,
): Promise<string> {
  const { platform, packaging, proof, standIn } = record;
  if (file === undefined && proof === "double")
    throw refused(
      `Cannot record a proof of ${platform} in this checkout: ${standIn}. Ask the platform itself, or say --record <file> to look at what came back.`,
    );
  const place = file ?? join(root, "packages/platforms/src", platform, "recorded", `${packaging}.json`);
  await mkdir(dirname(place), { recursive: true }).catch(refuseFile("write"));
  await writeFile(place, `${JSON.stringify(record, null, 2)}\n`).catch(refuseFile("write"));
  return place;
}

/** A cell per trigger that was asked, of object and message with the driver that the probe was built with. */
function cellsOf({ resources }: BuildResult, cases: readonly CaseOutcome[]): RecordedCell[] {
  const driverOf = (kind: string, name: string): string | undefined =>
    resources.find((one) => one.kind === kind && one.name === name)?.driver;
  const drivers: Partial<Record<TriggerKind, string | undefined>> = {
    object: driverOf("object-store", "probe-inbox"),
    message: driverOf("queue", "probe-letters"),
  };
  return [...Map.groupBy(cases, ({ kind }) => kind)].map(([trigger, own]) => {
    const driver = drivers[trigger];
    const holds = own.filter(({ ok }) => ok).length;
    return { trigger, ...(driver === undefined ? {} : { driver }), holds, asked: own.length };
  });
}

/** What is known of the account here, and what takes its place. */
function knownOf({ place, url, values }: Evidence): Record<string, string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const { hostname, host } = new URL(url);
  const entries: [string, string | undefined][] = [
    ["probe.example.org", hostname],
    ["probe.example.org", host],
    ["api", hostname.includes(".") && !/^[\d.]+$/.test(hostname) ? hostname.split(".")[0] : undefined],
    ...Object.entries(place).filter(([name]) => !toldOptions.includes(name)),
    ...Object.entries(values),
    ["access-key", AWS_ACCESS_KEY_ID],
    ["secret-key", AWS_SECRET_ACCESS_KEY],
    ["session-token", AWS_SESSION_TOKEN],
  ];
  return Object.fromEntries(entries.flatMap(([name, text]) => (text ? [[text, name]] : [])));
}
