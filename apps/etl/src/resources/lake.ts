// The published flights as partitioned Parquet: flights/dt=2013-01-01/….parquet, named by flights/manifest.json.
import { objectStore } from "@faasade/connectors/object-store";

export const lake = objectStore("lake");
