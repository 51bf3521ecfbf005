// How far a transfer is, on a terminal; nothing elsewhere.
import { formatBytes, oneLine } from "../output.ts";

const redrawMilliseconds = 200;

/** Passes bytes on as they come and shows how many there were; `onBytes` hears of each piece. */
export async function* shown(
  source: AsyncIterable<Uint8Array>,
  { label, size }: { readonly label: string; readonly size?: number },
  onBytes: (length: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const terminal = process.stderr.isTTY ? process.stderr : undefined;
  let bytes = 0;
  let drawnAt = performance.now();
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      onBytes(chunk.length);
      if (terminal !== undefined && performance.now() - drawnAt > redrawMilliseconds) {
        drawnAt = performance.now();
        const part = size ? ` (${Math.floor((100 * bytes) / size)} %)` : "";
        terminal.write(`\r\u001b[K${oneLine(label, 50)}  ${formatBytes(bytes)}${part}`);
      }
      yield chunk;
    }
  } finally {
    terminal?.write("\r\u001b[K");
  }
}
