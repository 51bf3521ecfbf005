// What is remembered of a deployment: in the stage itself, by its tags or a ConfigMap, and in a copy beside the build.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Ledger {
  readonly app: string;
  readonly stage: string;
  readonly platform: string;
  readonly packaging: string;
  readonly unit: "function" | "app";
  /** By `kind/name`. */
  readonly drivers: Readonly<Record<string, string>>;
  /** SHA-256 in hex of the artefacts and the manifest: what is the same needs no deployment. */
  readonly build: string;
  /** RFC 3339. */
  readonly at: string;
  /**
   * `deploying` and `destroying` are written before the first step: whoever finds them knows that one was cut off.
   * `kept`: destroyed, but for the stores that hold data.
   */
  readonly state: "deploying" | "deployed" | "destroying" | "kept";
  /** Where: the target's options, such as region, account, context or namespace. */
  readonly place: Readonly<Record<string, string>>;
  /** The app's origin. */
  readonly url?: string;
  /** By variable, such as `PHOTOS_URL`: what the app's resources are opened from. Never a secret. */
  readonly resources: Readonly<Record<string, string>>;
}

/** Below the app's folder of generated files, which git ignores. */
function folderOf(root: string, app: string): string {
  return join(root, "apps", app, ".faasade", "stages");
}

function fileOf(root: string, { app, stage, platform }: Pick<Ledger, "app" | "stage" | "platform">): string {
  return join(folderOf(root, app), `${stage}.${platform}.json`);
}

/** The copies of one app's ledgers; with `stage`, those of that stage on any platform. */
export async function readLedgers(root: string, app: string, stage?: string): Promise<readonly Ledger[]> {
  const names = await readdir(folderOf(root, app)).catch(() => []);
  const own = names.filter(
    (name) => name.endsWith(".json") && (stage === undefined || name.startsWith(`${stage}.`)),
  );
  return Promise.all(
    own
      .sort()
      .map(async (name) => JSON.parse(await readFile(join(folderOf(root, app), name), "utf8")) as Ledger),
  );
}

/** Those that may be remembered: who signs in by a URL has a password in it. */
export function withoutPasswords(urls: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(urls).filter(([, url]) => !URL.canParse(url) || new URL(url).password === ""),
  );
}

/** Whole or not at all. */
export async function writeLedger(root: string, known: Ledger): Promise<void> {
  const ledger: Ledger = { ...known, resources: withoutPasswords(known.resources) };
  await mkdir(folderOf(root, ledger.app), { recursive: true });
  const file = fileOf(root, ledger);
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(ledger, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}

export async function removeLedger(
  root: string,
  ledger: Pick<Ledger, "app" | "stage" | "platform">,
): Promise<void> {
  await rm(fileOf(root, ledger), { force: true });
}
