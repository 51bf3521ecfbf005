// A device's password: derived from one key, so that whoever has the key can let devices in, and none can be another.
import { createHmac, hash, timingSafeEqual } from "node:crypto";

export function passwordOf(key: string, device: string): string {
  return createHmac("sha256", key).update(device).digest("base64url");
}

/** By HTTP's Basic scheme (RFC 7617), with the device as user name. */
export function isDevice(authorization: string | null, key: string, device: string): boolean {
  const [, encoded = ""] = /^basic\s+([\w+/=-]+)$/i.exec(authorization ?? "") ?? [];
  const given = Buffer.from(encoded, "base64").toString();
  const digest = (text: string): Buffer => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(given), digest(`${device}:${passwordOf(key, device)}`));
}
