// User metadata travels in headers, which hold ASCII: other text as the extended values of RFC 8187.

const marker = "utf-8''";

/** Headers lose outer spaces, and some servers join inner ones. */
export function encodeValue(value: string): string {
  const plain = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value) && !value.startsWith(marker);
  return plain ? value : marker + encodeURIComponent(value);
}

export function decodeValue(value: string): string {
  if (!value.startsWith(marker)) return value;
  try {
    return decodeURIComponent(value.slice(marker.length));
  } catch {
    return value;
  }
}
