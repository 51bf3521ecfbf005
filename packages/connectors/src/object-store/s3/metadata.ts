// User metadata travels in headers, which hold ASCII: other text as the extended values of RFC 8187.

const marker = "utf-8''";

export function encodeMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, encodeValue(value)]));
}

export function decodeMetadata(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), decodeValue(value)]),
  );
}

/** Headers lose outer spaces, and some servers join inner ones. */
function encodeValue(value: string): string {
  const plain = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value) && !value.startsWith(marker);
  return plain ? value : marker + encodeURIComponent(value);
}

function decodeValue(value: string): string {
  if (!value.startsWith(marker)) return value;
  try {
    return decodeURIComponent(value.slice(marker.length));
  } catch {
    return value;
  }
}
