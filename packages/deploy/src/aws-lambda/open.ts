// A stage on AWS to work with.
import type { Ledger } from "../ledger.ts";
import type { StageClient } from "../stage.ts";
import type { Place } from "../target.ts";

export async function openStage(_ledger: Ledger, _place: Place): Promise<StageClient> {
  throw new Error("Cannot open it yet.");
}
