// Warehouses: an engine inside the app's own process, which keeps nothing.
import type { LocalDriver } from "./local-driver.ts";

export const warehouse: LocalDriver = () => ({
  url: "duckdb:",
  load: () => import("@faasade/connectors/warehouse/duckdb"),
});
