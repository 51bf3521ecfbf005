// One way to load the file, in a process of its own: load.ts <way> <folder> <database>; prints what it cost.
import { readFile } from "node:fs/promises";
import { open } from "@faasade/connectors/sql/pg";
import { ways } from "./ways.ts";

export interface Measured {
  readonly rows: number;
  readonly wallSeconds: number;
  readonly clientSeconds: number;
  /** Of the server's processes for this database; 0 where /proc does not say. */
  readonly serverSeconds: number;
  readonly quarterMegabytes: number;
  readonly mostMegabytes: number;
}

const [name = "", folder = "", url = ""] = process.argv.slice(2);
const prepare = ways[name];
if (prepare === undefined)
  throw new Error(`Cannot load by "${name}". There are ${Object.keys(ways).join(", ")}.`);
const driver = await open(url);
const way = await prepare({ driver, folder, url });
const measured = await measure();
const [{ rows = 0 } = {}] = await select<{ rows: number }>(`select count(*)::int as rows from ${way.table}`);
await way.close?.();
await driver.close();
// The app's rules put a few aside.
if (rows !== 1_000_000 && (name.startsWith("server") || rows < 999_000))
  throw new Error(`${name} loaded ${rows} rows.`);
console.log(JSON.stringify({ ...measured, rows }));

async function measure(): Promise<Omit<Measured, "rows">> {
  let quarterMegabytes = 0;
  const serverBefore = await serverSeconds();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await way.load((share) => {
    if (share >= 0.25) quarterMegabytes ||= Math.round(process.memoryUsage.rss() / 2 ** 20);
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    wallSeconds,
    clientSeconds: (user + system) / 1e6,
    serverSeconds: (await serverSeconds()) - serverBefore,
    quarterMegabytes,
    mostMegabytes: await mostMegabytes(),
  };
}

/** Of this process's own memory: what the system counts of a child begins with what its parent had. */
async function mostMegabytes(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
  return Math.round(kilobytes / 1024);
}

async function serverSeconds(): Promise<number> {
  const backends = await select<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database()",
  );
  const seconds = await Promise.all(
    backends.map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
    }),
  );
  return seconds.reduce((sum, one) => sum + one, 0);
}

async function select<Row>(text: string): Promise<readonly Row[]> {
  return (await driver.transaction((session) => session.query<Row>(text))).rows;
}
