// Cuts bytes of Postgres' text format where a row ends, for a database that copies from whole buffers.

const newline = 0x0a;
const backslash = 0x5c;

/** Pieces of about `size` bytes, each of whole rows; at least one, so that a COPY of nothing is checked too. */
export async function* wholeRows(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  let pending: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    pending.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    const joined = Buffer.concat(pending, length);
    const end = endOfLastRow(joined);
    if (end > 0) yield joined.subarray(0, end);
    pending = [joined.subarray(end)];
    length -= end;
  }
  yield Buffer.concat(pending, length);
}

/** A newline that a backslash escapes belongs to a value. */
function endOfLastRow(bytes: Uint8Array): number {
  for (let at = bytes.lastIndexOf(newline); at >= 0; at = bytes.lastIndexOf(newline, at - 1)) {
    let escapes = 0;
    while (bytes[at - 1 - escapes] === backslash) escapes += 1;
    if (escapes % 2 === 0) return at + 1;
    if (at === 0) break;
  }
  return 0;
}
