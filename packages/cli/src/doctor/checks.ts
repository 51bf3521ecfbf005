// Everything the doctor looks at, in the order in which things break.
import type { Home } from "@faasade/local/control";
import { checkDisk, checkFolder, checkWorld } from "./data.ts";
import { checkInstallation, checkLockfile, checkNode } from "./installation.ts";
import { checkPort } from "./port.ts";
import { checkTools } from "./tools.ts";

export interface Check {
  readonly name: string;
  /** `missing`: an optional thing is not there. `wrong`: something will not work. */
  readonly state: "ok" | "missing" | "wrong";
  readonly detail: string;
  readonly fix?: string;
}

export async function runChecks(home: Home): Promise<readonly Check[]> {
  return [
    await checkNode(home.root),
    await checkLockfile(home.root),
    await checkInstallation(home.root),
    await checkFolder(home),
    await checkDisk(home),
    await checkWorld(home),
    await checkPort(home, process.env["FAASADE_PORT"]),
    ...checkTools(),
  ];
}
