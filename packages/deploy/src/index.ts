// The front door of deployment: plan, deploy and destroy over a target, and what is remembered of a stage.
export { type CostLine, type Costs, type CostsRequest, costsOf, countedUses, total } from "./costs/costs.ts";
export { readUsage, type Usage } from "./costs/usage.ts";
export { type Deployed, deploy } from "./deploy.ts";
export {
  type Destroyed,
  type DestructionPlan,
  type DestructionRequest,
  destroy,
  planDestruction,
} from "./destroy.ts";
export { type Ledger, readLedgers, removeLedger, writeLedger } from "./ledger.ts";
export { lookAtOwn } from "./own-stage.ts";
export type { FunctionPermissions, Permission } from "./permissions.ts";
export { choosePlace } from "./place.ts";
export { type DeploymentPlan, type PlanRequest, planDeployment } from "./plan.ts";
export type { Progress, StepOutcome } from "./run-steps.ts";
export type { Witness } from "./shared/witness.ts";
export type * from "./stage.ts";
export type * from "./target.ts";
export { targets } from "./targets.ts";
