// Takes a stage away: all of it, or all but the stores that hold data; then asks the platform what is left.
import { type Ledger, removeLedger, writeLedger } from "./ledger.ts";
import { lookAtOwn } from "./own-stage.ts";
import { type Progress, runSteps, type StepOutcome } from "./run-steps.ts";
import type { Place, StageId, Standing, StandingResource, Step, Target } from "./target.ts";

export interface DestructionRequest {
  readonly target: Target;
  readonly id: StageId;
  readonly place: Place;
  readonly deleteData: boolean;
  /** Whether the steps are only to be read: a place that cannot be asked is then `unknown`, not an error. */
  readonly unasked?: boolean;
}

export interface DestructionPlan {
  readonly standing: Standing;
  readonly removed: readonly StandingResource[];
  /** Stores that hold data, when that is not to be deleted. */
  readonly kept: readonly StandingResource[];
  readonly steps: readonly Step[];
}

export interface Destroyed {
  readonly steps: readonly StepOutcome[];
  /** Asked from the platform, not taken from any record. */
  readonly left: readonly StandingResource[];
}

/** Changes nothing, here or there. */
export async function planDestruction(request: DestructionRequest): Promise<DestructionPlan> {
  const { target, id, place, deleteData, unasked = false } = request;
  const standing = await lookAtOwn(target, id, place, unasked);
  const isKept = ({ holdsData }: StandingResource): boolean => holdsData && !deleteData;
  return {
    standing,
    removed: standing.resources.filter((one) => !isKept(one)),
    kept: standing.resources.filter(isKept),
    steps: await target.destroying(id, standing, place, { deleteData }),
  };
}

/** Killed at any moment and called again with a new plan, it ends in the same state. */
export async function destroy(
  root: string,
  { target, id, place }: DestructionRequest,
  plan: DestructionPlan,
  /** The local copy, where there is one. */
  ledger: Ledger | undefined,
  progress: Progress,
): Promise<Destroyed> {
  const known = ledger ?? plan.standing.ledger;
  if (known !== undefined) await writeLedger(root, { ...known, place, state: "destroying" });
  const steps = await runSteps(plan.steps, progress);
  const { resources: left } = await target.look(id, place);
  if (left.length === 0) await removeLedger(root, id);
  else if (known !== undefined && left.every(({ holdsData }) => holdsData))
    await writeLedger(root, { ...known, place, state: "kept" });
  return { steps, left };
}
