// What a file says small and the image library makes large, beside its pixels: packed texts and profiles, and frames.
import { inflateSync } from "node:zlib";

/** Of all packed texts and profiles of a file together. */
const maxUnpackedBytes = 4 << 20;
const maxPackedChunks = 64;
/** The library looks at all of them before it decodes the first: of WebP in a time that grows with their square. */
const maxFrames = 1000;

/** Why a picture is not to be opened; undefined when nothing in it grows. */
export function growthOf(bytes: Uint8Array, type: string): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/png" && !unpacksWithin(file, maxUnpackedBytes))
    return `its texts and profile unpack to more than ${maxUnpackedBytes} bytes`;
  const frames = type === "image/webp" ? framesOfWebp(file) : type === "image/gif" ? framesOfGif(file) : 1;
  if (frames > maxFrames) return `it has more than ${maxFrames} frames`;
  return undefined;
}

/** Of PNG (PNG specification, 11.3): zTXt, iTXt and iCCP may be packed a thousand times smaller than they are. */
function unpacksWithin(file: Buffer, limit: number): boolean {
  let left = limit;
  let packed = 0;
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (["zTXt", "iTXt", "iCCP"].includes(type)) {
      packed += 1;
      left -= unpackedBytes(data, left);
      if (left < 0 || packed > maxPackedChunks) return false;
    }
    at += 12 + length;
  }
  return true;
}

/** One more than `limit` for what unpacks to more; nothing for what is not packed, or broken. */
function unpackedBytes(data: Buffer, limit: number): number {
  // The packed part begins with the header of zlib, behind names that end in a zero byte.
  const start = data.indexOf(0x78, data.indexOf(0) + 1);
  if (start < 0) return 0;
  try {
    return inflateSync(data.subarray(start), { maxOutputLength: Math.max(1, limit) }).length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? limit + 1 : 0;
  }
}

/** Of WebP (RFC 9649): its chunks named ANMF. */
function framesOfWebp(file: Buffer): number {
  let frames = 0;
  for (let at = 12; at + 8 <= file.length && frames <= maxFrames; ) {
    if (file.toString("latin1", at, at + 4) === "ANMF") frames += 1;
    const length = file.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return frames;
}

/** Of GIF (GIF89a specification, 17 to 26): its image descriptors, as far as its blocks can be followed. */
function framesOfGif(file: Buffer): number {
  let frames = 0;
  for (let at = 13 + colourTable(file[10]); at < file.length && frames <= maxFrames; at += 1) {
    if (file[at] === 0x21) at += file[at + 1] === 0xfe ? 2 : 3 + (file[at + 2] ?? 0);
    else if (file[at] === 0x2c) {
      frames += 1;
      at += 11 + colourTable(file[at + 9]);
    } else break;
    for (let size = file[at] ?? 0; size > 0; size = file[at] ?? 0) at += 1 + size;
  }
  return frames;
}

/** The bytes of a colour table, by the flags that say whether there is one. */
function colourTable(flags = 0): number {
  return flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
