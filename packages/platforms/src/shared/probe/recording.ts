// What reaches the probe, as it came, in its log: only builds that verify makes carry this.

/** A line of the log begins with it, and holds JSON from there on. */
export const recordingPrefix = "faasade-recorded ";

/** Longer lines are cut by logs, and what was cut is no JSON. */
const longestLine = 64_000;

export function recordNative(native: unknown): void {
  const line = `${recordingPrefix}${JSON.stringify(native)}\n`;
  if (line.length <= longestLine) process.stdout.write(line);
}

/** A handler that records the event before it is looked at. It keeps its two parameters, which the runtime counts. */
export function recording<Event, Context, Reply>(
  handler: (event: Event, context: Context) => Reply,
): (event: Event, context: Context) => Reply {
  return (event, context) => {
    recordNative(event);
    return handler(event, context);
  };
}
