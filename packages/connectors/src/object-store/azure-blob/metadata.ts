// Names of metadata on Azure are those of C#: no hyphen, and no digit at the beginning.
import { decodeValue, encodeValue } from "../metadata-value.ts";

export function encodeMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name.replaceAll("-", "_").replace(/^(?=\d)/, "_"),
      encodeValue(value),
    ]),
  );
}

export function decodeMetadata(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name
        .toLowerCase()
        .replace(/^_(?=\d)/, "")
        .replaceAll("_", "-"),
      decodeValue(value),
    ]),
  );
}
