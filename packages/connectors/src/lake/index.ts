// The lake: partitioned Parquet tables in an object store, which readers see change at one instant.
export type { LakeFile } from "./manifest.ts";
export type { PartitionRange, Snapshot } from "./snapshot.ts";
export {
  type LakeStore,
  type LakeTable,
  lakeTable,
  manifestKey,
  type PartitionChange,
  readLake,
  updateLake,
} from "./table.ts";
export { compactLake, type PruneOptions, pruneLake } from "./upkeep.ts";
