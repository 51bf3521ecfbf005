// What verify recorded in this checkout, by platform.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProbeRecord, proofsIn, type RecordedProof } from "@faasade/platforms/shared/recorded";

/** @throws {Error} for a record that claims more than it may. */
export async function recordedProofs(
  root: string,
  platforms: readonly { readonly name: string }[],
): Promise<ReadonlyMap<string, readonly RecordedProof[]>> {
  const proofs = await Promise.all(
    platforms.map(async ({ name }) => [name, await proofsOf(root, name)] as const),
  );
  return new Map(proofs);
}

async function proofsOf(root: string, platform: string): Promise<readonly RecordedProof[]> {
  const folder = join(root, "packages/platforms/src", platform, "recorded");
  const files = await readdir(folder).catch(() => []);
  const records = await Promise.all(
    files.sort().map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as ProbeRecord),
  );
  return records.flatMap(proofsIn);
}
