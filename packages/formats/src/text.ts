// Bytes to text: gzip by its mark, the encoding by its byte order mark or as told, in pieces of any size.
import { pipeline, Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { FormatError } from "./rows.ts";

export interface TextOptions {
  /** Any label of the WHATWG Encoding Standard; a byte order mark overrules it. Default: `utf-8`. */
  readonly encoding?: string;
  /** The most bytes after decompression. Default: 4 GiB. */
  readonly maxBytes?: number;
}

type Decoder = InstanceType<typeof TextDecoder>;

const marks: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
const longestMark = 3;
const newline = 0x0a;
/** Of text that is decoded: what is made of it is in memory all at once. */
const bytesAtOnce = 1 << 15;
const gzipMark = [0x1f, 0x8b];
const defaultMaxBytes = 4 * 1024 ** 3;

/**
 * The text of a file, without its byte order mark. What the encoding does not know becomes U+FFFD.
 * @throws {FormatError} for an unknown encoding, compressed data that is broken or ends early, or too many bytes.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  { encoding = "utf-8", maxBytes = defaultMaxBytes }: TextOptions = {},
): AsyncGenerator<string, void> {
  const [head, rest] = await peek(limited(await decompressed(bytes), maxBytes), longestMark);
  const [marked = encoding, mark = []] = marks.find(([, mark]) => startsWith(head, mark)) ?? [];
  const decoder = decoderFor(marked);
  const unmarked = without(rest, mark.length);
  yield* decoder.encoding === "utf-8" ? decodeLines(unmarked, decoder) : decodePieces(unmarked, decoder);
}

async function* decodePieces(
  pieces: AsyncIterable<Uint8Array>,
  decoder: Decoder,
): AsyncGenerator<string, void> {
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const text = decoder.decode();
  if (text !== "") yield text;
}

/**
 * UTF-8 by lines. What else there is to do has its turn behind each piece: a database, say, that waits to be answered
 * while rows are read for it. Whole lines are decoded without looking back, and what has no character beyond Latin-1 has one byte
 * for each then, which costs whoever reads it half as much.
 */
async function* decodeLines(
  chunks: AsyncIterable<Uint8Array>,
  decoder: Decoder,
): AsyncGenerator<string, void> {
  let isBegun = false;
  for await (const chunk of chunks) {
    for (const piece of cutAtLines(bufferOf(chunk))) {
      const isWhole = piece.at(-1) === newline;
      const text = isWhole && !isBegun ? piece.toString() : decoder.decode(piece, { stream: true });
      isBegun = !isWhole;
      if (text !== "") yield text;
      if (piece.length > bytesAtOnce / 2) await turn();
    }
  }
  const text = decoder.decode();
  if (text !== "") yield text;
}

/** Up to the end of the first line, which may have begun before; then whole lines, not too many; then what is left. */
function* cutAtLines(bytes: Buffer): Generator<Buffer, void> {
  let end = bytes.indexOf(newline) + 1;
  for (let start = 0; start < bytes.length; start = end) {
    if (start > 0) end = bytes.lastIndexOf(newline, start + bytesAtOnce) + 1;
    if (end <= start) end = bytes.indexOf(newline, start) + 1 || bytes.length;
    yield bytes.subarray(start, end);
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function* without(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array, void> {
  let left = bytes;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = 0;
  }
}

function decoderFor(encoding: string): Decoder {
  try {
    return new TextDecoder(encoding, { ignoreBOM: true });
  } catch (cause) {
    throw new FormatError(`Cannot read text: there is no encoding "${encoding}".`, { cause });
  }
}

async function decompressed(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const [head, all] = await peek(bytes, gzipMark.length);
  return startsWith(head, gzipMark) ? gunzipped(all) : all;
}

async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let failure: unknown;
  const gunzip = createGunzip();
  const source = Readable.from(bytes, { objectMode: false });
  source.on("error", (error) => {
    failure = error;
  });
  pipeline(source, gunzip, () => {});
  try {
    yield* gunzip;
  } catch (cause) {
    // What failed may be the source: a store, say, whose error has a meaning of its own.
    if (failure !== undefined) throw failure;
    throw new FormatError(`Cannot decompress: ${(cause as Error).message}.`, { cause });
  }
}

async function* limited(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > maxBytes) throw new FormatError(`Cannot read on: there are more than ${maxBytes} bytes.`);
    yield chunk;
  }
}

/** The first bytes, at least `length` of them unless there are fewer, and all bytes including these. */
async function peek(
  bytes: AsyncIterable<Uint8Array>,
  length: number,
): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  let next = await iterator.next();
  while (next.done !== true) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    if (head.length >= length) break;
    next = await iterator.next();
  }
  return [head, prepended(head, iterator)];
}

async function* prepended(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return bytes.length >= mark.length && mark.every((byte, index) => bytes[index] === byte);
}
