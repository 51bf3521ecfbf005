// What reached the probe natively, out of the log of its stage: by the mark of the case that it is of.
import { setTimeout as pause } from "node:timers/promises";
import type { StageClient } from "@faasade/deploy";
import { recordingPrefix } from "@faasade/platforms/shared/probe-recording";

const millisecondsBetween = 3000;

/**
 * Logs arrive late: asked again until every mark was seen, or `patienceSeconds` are over.
 * @returns by mark the first that came, parsed.
 */
export async function nativesOf(
  client: Pick<StageClient, "logs">,
  since: Date,
  marks: readonly string[],
  patienceSeconds: number,
): Promise<ReadonlyMap<string, unknown>> {
  const deadline = performance.now() + patienceSeconds * 1000;
  for (;;) {
    const lines: string[] = [];
    for await (const { text } of client.logs({ since })) {
      const at = text.indexOf(recordingPrefix);
      if (at !== -1) lines.push(text.slice(at + recordingPrefix.length).trimEnd());
    }
    const found = marks.flatMap((mark): [string, unknown][] => {
      const native = parsed(lines.find((line) => line.includes(mark)));
      return native === undefined ? [] : [[mark, native]];
    });
    if (found.length === marks.length || performance.now() > deadline) return new Map(found);
    await pause(millisecondsBetween);
  }
}

/** Undefined for a line that was cut. */
function parsed(line: string | undefined): unknown {
  try {
    return line === undefined ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
