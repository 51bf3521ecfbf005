// The thread of `copyFolder`.
import { constants, cpSync } from "node:fs";
import { workerData } from "node:worker_threads";
import type { CopyPaths } from "./copy-folder.ts";

const { from, to } = workerData as CopyPaths;
cpSync(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
