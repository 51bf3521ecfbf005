// Tells tools/ensure-install.cjs that a world runs from the installed packages, so that nobody pulls them away from it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "@faasade/local/control";
import { isAlive } from "../data-folder.ts";

/** From now on until this process ends, however it ends by itself. */
export function registerWorld({ root, data }: Home): void {
  const folder = join(root, "node_modules", ".faasade-worlds");
  const file = join(folder, String(process.pid));
  try {
    mkdirSync(folder, { recursive: true });
    // A world that was killed could not take its file away, and another process may get its id.
    for (const pid of readdirSync(folder))
      if (!isAlive(Number(pid))) rmSync(join(folder, pid), { force: true });
    writeFileSync(file, JSON.stringify({ pid: process.pid, data }));
  } catch {
    return; // where nothing can be written, nothing can be installed either
  }
  process.on("exit", () => rmSync(file, { force: true }));
}
