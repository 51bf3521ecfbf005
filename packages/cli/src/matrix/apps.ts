// The rows of the matrix that are about apps: where each is built, and what ran it there.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { placesFor } from "@faasade/build";
import type { Platform } from "@faasade/platforms/shared/platform";
import { type ProofWord, proofWords } from "@faasade/platforms/shared/proof";

export interface AppRow {
  readonly platform: string;
  readonly packaging: string;
  readonly app: string;
  readonly how: "built" | "refused";
  /** Of what is refused: a sentence for each reason. */
  readonly why?: readonly string[];
  readonly proof?: ProofWord;
  readonly by?: string;
  readonly date?: string;
}

/** Each app of the checkout on each platform, in the packaging in which it was run, else in the platform's first. */
export async function appRows(root: string, platforms: readonly Platform[]): Promise<AppRow[]> {
  const entries = await readdir(join(root, "apps"), { withFileTypes: true });
  const apps = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const rows: AppRow[] = [];
  for (const app of apps.sort())
    for (const { platform, packaging, problems } of await placesFor(root, app)) {
      const [best] = (platforms.find(({ name }) => name === platform)?.appProofs ?? [])
        .filter((proof) => proof.app === app)
        .sort((one, other) => proofWords.indexOf(other.proof) - proofWords.indexOf(one.proof));
      if (problems.length > 0) rows.push({ platform, packaging, app, how: "refused", why: problems });
      else if (best === undefined) rows.push({ platform, packaging, app, how: "built" });
      else {
        const { proof, by, date } = best;
        rows.push({ platform, packaging: best.packaging, app, how: "built", proof, by, date });
      }
    }
  return rows;
}
