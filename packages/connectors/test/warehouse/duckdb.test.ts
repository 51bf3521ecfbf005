// The conformance suite on DuckDB, and what its sandbox and its URL promise besides.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, vi } from "vitest";
import { ambientOf } from "../../src/sql/conformance/ambient.ts";
import { flightsOf, warehouseConformance } from "../../src/warehouse/conformance.ts";
import { open } from "../../src/warehouse/duckdb.ts";
import { type WarehouseReader, warehouse } from "../../src/warehouse/index.ts";

const outside = mkdtempSync(join(tmpdir(), "faasade-outside-"));
const secret = join(outside, "secret.csv").replaceAll("\\", "/");
writeFileSync(secret, "secret\nsesame\n");
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const ambient = (signal?: AbortSignal) => ({ ...ambientOf(), ...(signal === undefined ? {} : { signal }) });

warehouseConformance({
  title: "DuckDB",
  open: () => open("duckdb:?memoryMiB=256&threads=2"),
  ambient,
  escapes: [
    `select * from read_csv('${secret}')`,
    `select * from '${secret}'`,
    `select * from read_text('${secret}')`,
    `select * from glob('${outside.replaceAll("\\", "/")}/*')`,
    `select * from read_blob('${secret}')`,
    `select * from sniff_csv('${secret}')`,
    `select * from parquet_metadata('${secret}')`,
    `select * from query('select * from read_csv(''${secret}'')')`,
    `select * from query_table('${secret}')`,
    `select 1 where 'sesame' in (select content from read_text('${secret}'))`,
    "select * from read_text('/etc/passwd')",
    "select * from read_json_auto('/proc/self/environ')",
    "select getenv('PATH')",
    "create secret stolen (type s3)",
    "prepare escape as select 1",
    "select * from 'https://example.org/flights.parquet'",
    "select * from read_parquet('s3://bucket/flights.parquet')",
    `copy flights to '${secret}.copy'`,
    `attach '${secret}.db'`,
    `export database '${outside}'`,
    "install httpfs",
    "load httpfs",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "reset memory_limit",
    "call pragma_version()",
    "pragma enable_object_cache",
  ],
  endless: "select count(*) from range(1000000000000) as numbers(i) where hash(i) = 1",
});

describe("the duckdb driver", () => {
  const reader = (url: string) =>
    warehouse("flights").connect(open(url), "read", ambient()) as WarehouseReader;

  it("says too large when the memory that it was given does not do", async () => {
    const text = "select count(*) from (select range, hash(range)::text from range(30000000) order by 2)";
    const query = reader("duckdb:?memoryMiB=64").query({ text, tables: {} });
    await expect(query).rejects.toMatchObject({ code: "too_large" });
  });

  it("is locked before it looks at the text", async () => {
    const text = "select name, value from duckdb_settings() where name in (select unnest($1)) order by name";
    const names =
      "['autoinstall_known_extensions','autoload_known_extensions','enable_external_access','lock_configuration']";
    const { rows } = await reader("duckdb:").query({ text: text.replace("$1", names), tables: {} });
    expect(rows.map(({ value }) => value)).toEqual(["false", "false", "false", "true"]);
  });

  it("cannot be climbed out of, though it tells where its own files are", async () => {
    const table = { columns: [], files: [await flightsOf("2013-01-01")] };
    const query = (text: string) => reader("duckdb:").query({ text, tables: { flights: table } });
    const { rows } = await query("select sql from duckdb_views() where view_name = 'flights'");
    const [, folder = ""] = /'([^']+)\/flights\/0.parquet'/.exec(String(rows[0]?.["sql"])) ?? [];
    expect(folder).not.toBe("");
    const up = "../".repeat(folder.split("/").length + 2);
    for (const way of [`${folder}/${up}`, `${folder}/./${up}`, `file://${folder}/${up}`])
      await expect(query(`select * from read_text('${way}${secret}')`)).rejects.toMatchObject({
        code: "forbidden",
      });
  });

  it("knows nothing of the secrets and the home of whom it runs for", async () => {
    const text =
      "select current_setting('secret_directory') as place, (select count(*) from duckdb_secrets()) as n";
    const { rows } = await reader("duckdb:").query({ text, tables: {} });
    expect(rows).toEqual([{ place: expect.stringContaining("faasade-warehouse-"), n: "0" }]);
  });

  it("leaves no file behind, and tells no path of the machine", async () => {
    const table = {
      columns: [],
      partitionedBy: { name: "dt", type: "date" as const },
      files: [await flightsOf("2013-01-01")],
    };
    const folder = mkdtempSync(join(outside, "temporary-"));
    for (const variable of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(variable, folder);
    const failing = reader("duckdb:").query({
      text: "select nothing from flights",
      tables: { flights: table },
    });
    const { message } = (await failing.catch((error: Error) => error)) as Error;
    expect(message).toMatch(/^Cannot run the query: Binder Error: /);
    expect(message).not.toContain("faasade-warehouse-");
    vi.unstubAllEnvs();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps a partition's value in its folder, whatever it is", async () => {
    const file = { ...(await flightsOf("2013-01-01")), partition: "../../x'; --" };
    const table = { columns: [], partitionedBy: { name: "dt", type: "text" as const }, files: [file] };
    const { rows } = await reader("duckdb:").query({
      text: "select distinct dt from flights",
      tables: { flights: table },
    });
    expect(rows).toEqual([{ dt: "../../x'; --" }]);
  });

  it.each([
    "postgres://localhost/x",
    "duckdb:/var/lib/lake.db",
    "duckdb:?memoryMiB=1",
    "duckdb:?threads=two",
  ])("refuses %s", (url) => {
    expect(() => open(url)).toThrow(/Cannot open a warehouse: /);
  });

  it("loads the engine only when a query is asked", async () => {
    const driver = new URL("../../src/warehouse/duckdb.ts", import.meta.url).href;
    const script = `const { open } = await import(${JSON.stringify(driver)});
      await open("duckdb:").close();
      console.log(process.report.getReport().sharedObjects.filter((file) => file.includes("duckdb")).length);`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.trim()).toBe("0");
  });
});
