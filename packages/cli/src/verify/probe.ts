// The probe as a checkout of its own: an app that a platform is asked by, and that no checkout has to hold.
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const probeApp = "probe";

/** Stores that no other app has. */
export const ownStores = ["probe-inbox", "probe-told"] as const;

export interface ProbeCheckout {
  readonly root: string;
  dispose(): void;
}

/** @param from the checkout whose packages it is built with */
export function makeProbe(from: string): ProbeCheckout {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "faasade-probe-")));
  const server = fileURLToPath(import.meta.resolve("@faasade/platforms/shared/probe"));
  cpSync(join(dirname(server), "../../../probe"), join(root, "apps", probeApp), { recursive: true });
  cpSync(join(from, "package-lock.json"), join(root, "package-lock.json"));
  symlinkSync(join(from, "node_modules"), join(root, "node_modules"), "junction");
  return { root, dispose: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) };
}
