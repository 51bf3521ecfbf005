// A process that takes a lock, notes it, keeps it for a moment, notes that and gives it back; refused, it just ends.
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { FunctionError } from "@faasade/core";
import { lockFile } from "../../src/sql/lock-file.ts";

const [, , path = "", log = ""] = process.argv;
try {
  const unlock = await lockFile(path);
  writeFileSync(log, `+${process.pid}\n`, { flag: "a" });
  await wait(300);
  writeFileSync(log, `-${process.pid}\n`, { flag: "a" });
  unlock();
} catch (error) {
  if (!(error instanceof FunctionError)) throw error;
}
