// What a query read, out of the profile that the engine writes of it.
import { readFile } from "node:fs/promises";
import type { Amount } from "../driver.ts";

interface Operator {
  readonly operator_type?: string;
  readonly total_bytes_read?: number;
  readonly extra_info?: Readonly<Record<string, unknown>>;
  readonly children?: readonly Operator[];
}

/** A file that two scans of one query read counts twice, as its bytes do. */
export async function readAmount(file: string): Promise<Amount> {
  const text = await readFile(file, "utf8").catch(({ code }: NodeJS.ErrnoException) => {
    // None is written of a query that was answered from a file's footer alone, as a count may be.
    if (code === "ENOENT") return "{}";
    throw new Error(`the profile cannot be read (${code})`);
  });
  const profile = JSON.parse(text) as Operator;
  return { files: filesOf(profile), bytes: profile.total_bytes_read ?? 0 };
}

function filesOf({ extra_info = {}, children = [] }: Operator): number {
  const own = Number(extra_info["Total Files Read"] ?? 0);
  return children.reduce((sum, child) => sum + filesOf(child), own);
}
