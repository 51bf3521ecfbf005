// faasade reset: deletes what the world recorded, so that the next start begins anew.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findWorld, type Home } from "@faasade/local/control";
import type { Command } from "commander";
import { confirm } from "../confirm.ts";
import { lockPath, readDataFolder } from "../data-folder.ts";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome } from "../here.ts";
import { refuseFile } from "../input.ts";
import { print, printJson } from "../output.ts";

/** Nothing else is touched. The database of the world goes last: by it the next try knows the folder. */
const recorded = ["host.json", "logs", "mails", "stores", "databases"] as const;

export default function defineReset(command: Command): void {
  command
    .option("--yes", "do not ask")
    .option("--json", 'for machines: {"deleted":[path,…]}')
    .action((options: { yes?: true; json?: true }) => reset(options));
  command.addHelpText(
    "after",
    "\nDeletes databases (queues, journal and clock among them), stores, mails and logs; settings and secrets stay.",
  );
  addExamples(command, [["reset --yes", "while no world runs"]]);
}

async function reset({ yes, json }: { yes?: true; json?: true }): Promise<void> {
  const home = findHome();
  await refuseRunning(home);
  const { exists, isWorld } = await readDataFolder(home);
  if (!exists)
    return json ? printJson({ deleted: [] }) : print(`Nothing to delete: there is no ${home.data}.`);
  if (!isWorld)
    throw refused(
      `Cannot reset ${home.data}: it holds no world (databases/world is missing), so nothing is deleted.`,
    );
  if (!yes) await confirm(`delete databases, stores, mails and logs in ${home.data}`);
  const deleted: string[] = [];
  for (const name of recorded) {
    const path = join(home.data, name);
    await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(refuseFile("delete"));
    deleted.push(path);
  }
  if (json) printJson({ deleted });
  else print(`Deleted the world's data in ${home.data}; its settings and secrets stay.`);
}

async function refuseRunning(home: Home): Promise<void> {
  const world = await findWorld(home);
  const { holder } = await readDataFolder(home);
  const pid = world?.record.pid ?? holder;
  if (pid === undefined) return;
  throw new CommandFailure(
    exitCodes.failed,
    `Cannot reset ${home.data}: a world runs on it (process ${pid}). Stop it first: npm run faasade -- stop.` +
      (world === undefined ? ` If that process is something else, delete ${lockPath(home.data)}.` : ""),
  );
}
