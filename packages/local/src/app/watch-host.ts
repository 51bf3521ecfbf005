// A thread of an app's process that ends the process when its host has died: an endless loop lets nothing else run.
import { workerData } from "node:worker_threads";

const lookMilliseconds = 1000;

/** The process id of the host. */
const host: number = workerData;

setInterval(() => {
  try {
    process.kill(host, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") process.kill(process.pid, "SIGKILL");
  }
}, lookMilliseconds);
