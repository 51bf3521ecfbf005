// DuckDB inside the process, behind glass: one short-lived instance for each query, which sees its own files only.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionError } from "@faasade/core";
import type { DriverQuery, WarehouseDriver, WarehouseResult } from "./driver.ts";
import { downloadTables } from "./duckdb/download.ts";
import type { EngineOptions } from "./duckdb/engine.ts";

/**
 * Opens `duckdb:?memoryMiB=512&threads=2`. Queries take turns, so that the memory holds; the engine is loaded by the
 * first one.
 * @throws {TypeError} for another URL.
 */
export function open(url: string): WarehouseDriver {
  return new DuckdbDriver(readUrl(url));
}

function readUrl(url: string): EngineOptions {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "duckdb:" || parsed.pathname !== "") {
    throw new TypeError(`Cannot open a warehouse: this driver takes duckdb:?memoryMiB=512&threads=2.`);
  }
  const amount = (name: string, normal: number, least: number): number => {
    const value = Number(parsed.searchParams.get(name) ?? normal);
    if (Number.isInteger(value) && value >= least) return value;
    throw new TypeError(`Cannot open a warehouse: ${name} should be a whole number of at least ${least}.`);
  };
  return { memoryMiB: amount("memoryMiB", 512, 64), threads: amount("threads", 2, 1) };
}

class DuckdbDriver implements WarehouseDriver {
  readonly #options: EngineOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  query(query: DriverQuery): Promise<Omit<WarehouseResult, "given">> {
    const result = this.#turn.then(() => this.#run(query));
    this.#turn = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    await this.#turn;
  }

  async #run(query: DriverQuery): Promise<Omit<WarehouseResult, "given">> {
    const folder = await mkdtemp(join(tmpdir(), "faasade-warehouse-"));
    try {
      const { runSandboxed } = await import("./duckdb/engine.ts");
      const tables = await downloadTables(folder, query.tables, query.signal);
      return await runSandboxed(folder, tables, query, this.#options);
    } catch (error) {
      if (query.signal.aborted)
        throw new FunctionError("timeout", "Cannot finish the query in time.", { cause: error });
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
