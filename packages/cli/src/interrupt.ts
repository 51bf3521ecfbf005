// Ctrl-C, and SIGTERM, which means the same.

/** One Ctrl-C may come twice: from the terminal, and from npm, which passes it on. */
const sameMilliseconds = 500;

/** Aborts at the first Ctrl-C or SIGTERM; the second ends the process with 130. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) firstAt = performance.now();
    else if (performance.now() - firstAt > sameMilliseconds) process.exit(interruptedCode);
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return controller.signal;
}

/** As shells have it. */
export const interruptedCode = 130;
