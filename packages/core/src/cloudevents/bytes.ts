// Bytes to text and back, refusing what is not well-formed instead of replacing it.

/** The text, or undefined when the bytes are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  const text = bufferOf(bytes).toString("utf8");
  // Buffer puts U+FFFD for what it cannot decode; only then is it worth asking whether one was really there.
  if (!text.includes("\uFFFD") || process.getBuiltinModule("node:buffer").isUtf8(bytes)) return text;
  return undefined;
}

export function utf8Bytes(text: string): Uint8Array {
  return plainBytes(Buffer.from(text, "utf8"));
}

export function toBase64(bytes: Uint8Array): string {
  return bufferOf(bytes).toString("base64");
}

/** The bytes, or undefined when the text is not padded base64 (RFC 4648). */
export function fromBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array(Math.max(0, Math.floor((text.length * 3) / 4) - padding));
  // Node skips what is not base64, and so writes less than a clean text of this length holds.
  const isClean = text.length % 4 === 0 && bufferOf(bytes).write(text, "base64") === bytes.length;
  return isClean ? bytes : undefined;
}

/** The same memory as a `Uint8Array` and nothing more: a `Buffer` differs in `slice`, `toString` and JSON. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
