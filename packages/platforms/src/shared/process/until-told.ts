// Ends a process when it is told to, after what it has begun.

/** Calls `stop` at SIGTERM or SIGINT, once, and exits when it is done. */
export function endWhenTold(stop: () => Promise<unknown>): void {
  let code = 0;
  let isEnding = false;
  const fail = (error: unknown): void => {
    console.error(error);
    code = 1;
  };
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    stop()
      .catch(fail)
      .finally(() => process.exit(code));
  };
  process.once("SIGTERM", end).once("SIGINT", end);
  // What nobody awaits leaves the process in a state nobody knows; what it has begun is still finished.
  process.on("uncaughtException", (error) => {
    fail(error);
    end();
  });
}
