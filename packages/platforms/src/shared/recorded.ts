// What verify recorded of a platform: a file per packaging in the platform's folder `recorded`, and the proofs that it is.
import type { TriggerKind } from "./platform.ts";
import type { ProofWord } from "./proof.ts";

export interface ProbeRecord {
  readonly platform: string;
  readonly packaging: string;
  readonly region?: string;
  /** As 2026-01-31. */
  readonly date: string;
  readonly by: string;
  readonly proof: Extract<ProofWord, "double" | "cluster" | "cloud">;
  /** Of a double: what stood in for the platform. */
  readonly standIn?: string;
  readonly cells: readonly RecordedCell[];
  readonly cases: readonly RecordedCase[];
}

export interface RecordedCell {
  readonly trigger: TriggerKind;
  /** Of object and message. */
  readonly driver?: string;
  readonly holds: number;
  readonly asked: number;
}

export interface RecordedCase {
  readonly kind: TriggerKind;
  readonly title: string;
  readonly ok: boolean;
  readonly reason?: string;
  readonly status?: number;
  /** What came back. */
  readonly captured?: { readonly headers: readonly (readonly [string, string])[]; readonly text: string };
  readonly mark: string;
  /** What the platform handed over, where its log said so. */
  readonly native?: unknown;
}

export interface RecordedProof {
  readonly packaging: string;
  readonly trigger: TriggerKind;
  readonly driver?: string;
  readonly proof: ProofWord;
  readonly by: string;
  readonly date: string;
}

/** Cells of which a case failed prove nothing. @throws {Error} for a record that claims more than it may. */
export function proofsIn(record: ProbeRecord): RecordedProof[] {
  const { platform, packaging, proof, by, date, region, standIn, cells } = record;
  const is = `the record of ${platform}, ${packaging}`;
  if (proof !== "cloud" && proof !== "cluster")
    throw new Error(`Cannot take ${is} for a proof: it is of a double (${standIn}). Remove it.`);
  if (standIn !== undefined)
    throw new Error(`Cannot take ${is} for ${proof}: ${standIn}. Record it at the platform itself.`);
  return cells
    .filter(({ holds, asked }) => asked > 0 && holds === asked)
    .map(({ trigger, driver }) => ({
      packaging,
      trigger,
      ...(driver === undefined ? {} : { driver }),
      proof,
      by: region === undefined ? by : `${by}, in ${region}`,
      date,
    }));
}
