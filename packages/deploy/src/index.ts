// The front door of deployment: targets by platform, and what is remembered of a stage.
export { type Ledger, readLedgers, removeLedger, writeLedger } from "./ledger.ts";
export type * from "./stage.ts";
export type * from "./target.ts";
export { targets } from "./targets.ts";
