// Builds in a process of its own: options as JSON in the first argument.
import { buildApp } from "../src/index.ts";
import { processPlatform } from "./process-platform.ts";

const { umask, dieAfter, ...options } = JSON.parse(process.argv[2] ?? "{}");
if (umask !== undefined) process.umask(umask);
const report = (line: string): void => {
  if (dieAfter !== undefined && line.startsWith(dieAfter)) process.kill(process.pid, "SIGKILL");
};
await buildApp({ ...options, platform: processPlatform, report });
