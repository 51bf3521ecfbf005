// The faasade command.
import { run } from "./program.ts";

// `faasade logs -f | head -1` closes the pipe: that is how it ends, not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));
