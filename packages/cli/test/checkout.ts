// A copy of this repository whose node_modules is its own folder of links, so that changing it changes nothing here.
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Place } from "./faasade.ts";
import { repository } from "./fixture.ts";

const notOurs = new Set([".git", ".faasade", ".turbo", "coverage", "node_modules", "samples", "inputs"]);

export interface Checkout extends Place {
  dispose(): void;
}

export function copyCheckout(): Checkout {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "faasade-checkout-")));
  cpSync(repository, root, { recursive: true, filter: (path) => !notOurs.has(basename(path)) });
  const modules = join(root, "node_modules");
  const installed = join(repository, "node_modules");
  mkdirSync(join(modules, "@faasade"), { recursive: true });
  for (const name of readdirSync(installed))
    if (!name.startsWith(".") && name !== "@faasade")
      symlinkSync(join(installed, name), join(modules, name), "junction");
  for (const name of readdirSync(join(installed, "@faasade")))
    symlinkSync(readlinkSync(join(installed, "@faasade", name)), join(modules, "@faasade", name), "junction");
  symlinkSync(join(installed, ".bin"), join(modules, ".bin"), "junction");
  const lockfile = readFileSync(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  writeFileSync(join(modules, ".faasade-install"), `${hash} ${process.platform} ${process.arch}\n`);
  return {
    root,
    data: join(root, ".faasade"),
    dispose: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
