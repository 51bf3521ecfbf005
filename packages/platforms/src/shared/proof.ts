// How strongly a platform's cells were proved. A cell is a packaging and what it is proved for.
import type { Platform, Support, TriggerKind } from "./platform.ts";
import type { RecordedProof } from "./recorded.ts";

/**
 * Weakest first: decoded from documentation; a host written from the contract spoke the real protocol; the payload was
 * recorded from the real thing; the vendor's own runtime ran the artefact; a real cluster did; a real account did.
 */
export const proofWords = ["documented", "double", "captured", "real-runtime", "cluster", "cloud"] as const;

export type ProofWord = (typeof proofWords)[number];

export interface Proof extends Claim {
  readonly trigger: TriggerKind;
  /** Of object and message. */
  readonly driver?: string;
}

/** That an app of this repository was run there. */
export interface AppProof extends Claim {
  readonly app: string;
}

export interface Claim {
  readonly packaging: string;
  readonly proof: ProofWord;
  /** What ran it, with its version. */
  readonly by: string;
  /** When that was last looked at, as 2026-01-31. */
  readonly date: string;
  /** How the full names of the tests begin that prove it: there are some, and all of them pass. */
  readonly tests: string;
  /** The tests are among those of the runtimes, although a double ran the artefact. */
  readonly inRuntimes?: true;
}

export interface Cell {
  readonly platform: string;
  readonly packaging: string;
  readonly trigger: TriggerKind;
  readonly driver?: string;
  readonly how: Support["how"];
  /** Absent where the platform does not support it, or nothing was proved. */
  readonly proof?: ProofWord;
  readonly by?: string;
  readonly date?: string;
}

/** Every cell of a platform, with its strongest proof. @param recorded what verify recorded of it */
export function cellsOf(platform: Platform, recorded: readonly RecordedProof[] = []): Cell[] {
  return Object.entries(platform.packagings).flatMap(([packaging, { triggers }]) =>
    supportRows(platform)
      .filter(({ trigger }) => triggers.includes(trigger))
      .map(({ support, ...row }): Cell => {
        const cell = { platform: platform.name, packaging, ...row, how: support.how };
        const best = [...platform.proofs, ...recorded]
          .filter((proof) => proof.packaging === packaging && isAbout(proof, row))
          .sort((one, other) => proofWords.indexOf(other.proof) - proofWords.indexOf(one.proof))[0];
        if (best === undefined || support.how === "unsupported") return cell;
        return { ...cell, proof: best.proof, by: best.by, date: best.date };
      }),
  );
}

interface SupportRow {
  readonly trigger: TriggerKind;
  readonly driver?: string;
  readonly support: Support;
}

function supportRows({ triggers }: Platform): SupportRow[] {
  const { http, schedule, call, object, message } = triggers;
  const perDriver = (trigger: TriggerKind, table: Readonly<Record<string, Support>>): SupportRow[] =>
    Object.entries(table).map(([driver, support]) => ({ trigger, driver, support }));
  return [
    { trigger: "http", support: http },
    { trigger: "schedule", support: schedule },
    { trigger: "call", support: call },
    ...perDriver("object", object),
    ...perDriver("message", message),
  ];
}

function isAbout(
  proof: Pick<Proof, "trigger" | "driver">,
  { trigger, driver }: Omit<SupportRow, "support">,
): boolean {
  return proof.trigger === trigger && proof.driver === driver;
}
