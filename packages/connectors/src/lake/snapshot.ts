// A table as it was when its manifest was read: later commits do not change it.
import { FunctionError } from "@faasade/core";
import type { ObjectReader } from "../object-store/index.ts";
import type { WarehouseFile, WarehouseTable } from "../warehouse/driver.ts";
import type { LakeFile, Manifest } from "./manifest.ts";
import type { LakeTable } from "./table.ts";

/** Both ends included; dates compare as their text does. */
export interface PartitionRange {
  readonly from?: string;
  readonly to?: string;
}

export class Snapshot {
  readonly #store: ObjectReader;
  readonly #table: LakeTable;
  readonly #manifest: Manifest;

  constructor(store: ObjectReader, table: LakeTable, manifest: Manifest) {
    this.#store = store;
    this.#table = table;
    this.#manifest = manifest;
  }

  /** By value of the partition column, in its order. */
  partitions({ from, to }: PartitionRange = {}): ReadonlyMap<string, readonly LakeFile[]> {
    const inRange = [...this.#manifest.partitions].filter(
      ([value]) => (from === undefined || value >= from) && (to === undefined || value <= to),
    );
    return new Map(inRange);
  }

  /** What a warehouse queries: the files of the partitions in range, and no others. */
  tableFor(range: PartitionRange = {}): WarehouseTable {
    const files = [...this.partitions(range)].flatMap(([partition, stored]) =>
      stored.map((file) => this.#fileFor(partition, file)),
    );
    return { columns: this.#table.columns, partitionedBy: this.#table.partitionedBy, files };
  }

  #fileFor(partition: string, { key, bytes }: LakeFile): WarehouseFile {
    const open = async () => {
      const object = await this.#store.get(key);
      if (object !== undefined) return object.stream();
      // Pruned while it was read: the next try sees the table as it is now.
      throw new FunctionError("unavailable", `Cannot read the lake: ${key} is gone. Read the table again.`);
    };
    return { partition, bytes, open };
  }
}
