// Whether a file was cut off, by what its format ends with: the image library notices that only when it decodes.

/** Of JPEG, PNG and AVIF; for the others the library asks the same of the header. What follows the end is passed over. */
export function endIsMissing(bytes: Uint8Array, type: string): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/jpeg") return file.indexOf("ffd9", startOfScan(file), "hex") < 0;
  if (type === "image/png") return file.lastIndexOf("IEND") < 0;
  return type === "image/avif" && endOfItems(file) > file.length;
}

/** Past the segments, whose preview has an end of its own (ITU-T T.81, annex B). */
function startOfScan(file: Buffer): number {
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff && file[at + 1] !== 0xda)
    at += file[at + 1] === 0xff ? 1 : 2 + file.readUInt16BE(at + 2);
  return at;
}

/**
 * Where the last piece of an item ends, wherever the item stands: in a box `mdat` or anywhere else in the file, or in
 * the box `idat` (ISO/IEC 14496-12, 8.11.3 and 8.11.11). Infinite when what says so is missing itself.
 */
function endOfItems(file: Buffer): number {
  const meta = boxesIn(file, 0, file.length).find(({ type }) => type === "meta");
  if (meta === undefined || meta.end > file.length) return Number.POSITIVE_INFINITY;
  const parts = boxesIn(file, meta.start + 4, meta.end);
  const [iloc, idat] = ["iloc", "idat"].map((wanted) => parts.find(({ type }) => type === wanted));
  if (iloc === undefined) return Number.POSITIVE_INFINITY;
  const ends = piecesIn(file.subarray(iloc.start, iloc.end)).map(({ isInBox, end }) => {
    if (!isInBox) return end;
    return idat !== undefined && idat.start + end <= idat.end ? 0 : Number.POSITIVE_INFINITY;
  });
  return ends.reduce((last, end) => Math.max(last, end), 0);
}

interface Box {
  readonly type: string;
  /** Of what it holds, in bytes from the beginning of the file. */
  readonly start: number;
  readonly end: number;
}

/** A length of 1 says that it follows as 64 bits, one of 0 that the box goes on to the end (ISO/IEC 14496-12, 4.2). */
function boxesIn(file: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 16 <= to; ) {
    const short = file.readUInt32BE(at);
    const length = short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    if (length < 8) break;
    const type = file.toString("latin1", at + 4, at + 8);
    boxes.push({ type, start: at + (short === 1 ? 16 : 8), end: at + length });
    at += length;
  }
  return boxes;
}

/** The pieces of all items: `end` counts from the beginning of the file, or of the box `idat`. */
function piecesIn(iloc: Buffer): { isInBox: boolean; end: number }[] {
  const version = iloc[0] ?? 0;
  let at = 4;
  const read = (bytes: number): number => {
    let value = 0;
    for (let left = bytes; left > 0; left -= 1) value = value * 256 + (iloc[at++] ?? 0);
    return value;
  };
  const sizes = read(2);
  const [offsetBytes = 0, lengthBytes = 0, baseBytes = 0, indexBytes = 0] = [12, 8, 4, 0].map(
    (shift) => (sizes >> shift) & 15,
  );
  const pieces: { isInBox: boolean; end: number }[] = [];
  for (let items = read(version < 2 ? 2 : 4); items > 0 && at < iloc.length; items -= 1) {
    read(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : read(2) & 15;
    read(2);
    const base = read(baseBytes);
    for (let count = read(2); count > 0 && at < iloc.length; count -= 1) {
      if (version > 0) read(indexBytes);
      const end = base + read(offsetBytes) + read(lengthBytes);
      // Made of another item (method 2), it ends where that does.
      if (method < 2) pieces.push({ isInBox: method === 1, end });
    }
  }
  return pieces;
}
