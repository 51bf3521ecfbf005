// URLs that grant one action: never more than the function itself may do.
import { FunctionError } from "@faasade/core";
import type { Connection, UrlOptions } from "./client.ts";
import { attempt } from "./failure.ts";
import { checkKey } from "./key.ts";

export async function signUrl(
  { name, driver, access }: Connection,
  key: string,
  { action = "get", expiresSeconds }: UrlOptions,
): Promise<string | undefined> {
  checkKey(name, key);
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > 604_800) {
    throw new FunctionError(
      "invalid",
      `Cannot sign a URL of ${name} for ${expiresSeconds} s: 1 s to 7 days are allowed.`,
    );
  }
  const needed = action === "get" ? "read" : "write";
  if (access !== needed && access !== "readWrite") {
    const message = `Cannot sign a URL to ${action} into ${name}: the function declares ${access}. Declare ${needed} or readWrite.`;
    throw new FunctionError("unsupported", message);
  }
  return attempt(`sign a URL of ${name}`, async () => driver.signUrl?.(key, { action, expiresSeconds }));
}
