// Deploys what was planned: remembers that it began, runs the steps one after the other, and asks what stands then.
import { Refusal } from "@faasade/platforms/shared/refusal";
import { type Ledger, writeLedger } from "./ledger.ts";
import type { DeploymentPlan } from "./plan.ts";
import { type Progress, runSteps, type StepOutcome } from "./run-steps.ts";
import type { Place, Target } from "./target.ts";

export interface Deployed {
  /** Whether everything stood already. */
  readonly unchanged: boolean;
  readonly steps: readonly StepOutcome[];
  readonly ledger: Ledger;
}

/**
 * Killed at any moment and called again with a new plan, it ends in the same state.
 * @throws {Refusal} for a plan that says so, before any step.
 */
export async function deploy(
  root: string,
  target: Target,
  place: Place,
  plan: DeploymentPlan,
  progress: Progress,
): Promise<Deployed> {
  const { wanted, refusal, unchanged, standing } = plan;
  if (refusal !== undefined) throw new Refusal(refusal);
  if (unchanged && standing.ledger !== undefined) {
    const ledger: Ledger = { ...standing.ledger, place, state: "deployed" };
    await writeLedger(root, ledger);
    return { unchanged, steps: [], ledger };
  }
  await writeLedger(root, { ...wanted.ledger, state: "deploying" });
  const steps = await runSteps(plan.steps, progress);
  const after = await target.look(wanted.id, place);
  if (after.state !== "ready" || after.ledger === undefined)
    throw new Error(
      `Cannot tell that ${wanted.id.name} stands: ${wanted.id.platform} says ${after.detail ?? after.state}. Deploy again.`,
    );
  const ledger: Ledger = { ...after.ledger, place, state: "deployed" };
  await writeLedger(root, ledger);
  return { unchanged, steps, ledger };
}
