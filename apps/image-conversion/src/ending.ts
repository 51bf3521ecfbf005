// Whether a file was cut off, by what its format ends with: the image library notices that only when it decodes.

/** Of JPEG, PNG and AVIF; for the others the library asks the same of the header. What follows the end is passed over. */
export function endIsMissing(bytes: Uint8Array, type: string): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/jpeg") return file.indexOf("ffd9", startOfScan(file), "hex") < 0;
  if (type === "image/png") return file.lastIndexOf("IEND") < 0;
  return type === "image/avif" && endOfPixels(file) > file.length;
}

/** Past the segments, whose preview has an end of its own (ITU-T T.81, annex B). */
function startOfScan(file: Buffer): number {
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff && file[at + 1] !== 0xda)
    at += file[at + 1] === 0xff ? 1 : 2 + file.readUInt16BE(at + 2);
  return at;
}

/** Of the box with the pixels; a length below 8 says that it ends elsewhere or not at all (ISO/IEC 14496-12, 4.2). */
function endOfPixels(file: Buffer): number {
  let at = 0;
  for (let type = ""; type !== "mdat"; ) {
    if (at + 8 > file.length) return Number.POSITIVE_INFINITY;
    const length = file.readUInt32BE(at);
    if (length < 8) return file.length;
    type = file.toString("latin1", at + 4, at + 8);
    at += length;
  }
  return at;
}
