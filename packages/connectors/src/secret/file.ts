// Secrets from a folder with one file for each, as Kubernetes and Docker mount them.
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FunctionError } from "@faasade/core";
import type { SecretSource } from "@faasade/core/adapter";
import { checkSecretName, missingSecret } from "./index.ts";

const maxBytes = 64 * 1024;

/** Opens `file:///run/secrets`. Files are UTF-8 of at most 64 KiB; one line break at the end does not count. */
export function open(url: string): SecretSource {
  if (!url.startsWith("file:///")) {
    throw new TypeError(
      `Cannot open secrets from ${JSON.stringify(url)}: this driver takes "file:///absolute/folder".`,
    );
  }
  const folder = fileURLToPath(url);
  return async (name) => readSecret(name, join(folder, checkSecretName(name)));
}

async function readSecret(name: string, path: string): Promise<string> {
  try {
    await using file = await openFile(path, "r");
    const stat = await file.stat();
    if (!stat.isFile()) throw missingSecret(name, `${path} is not a file`);
    const { size } = stat;
    if (size > maxBytes) throw missingSecret(name, `${path} has ${size} bytes, more than ${maxBytes}`);
    const value = (await file.readFile("utf8")).replace(/\r?\n$/, "");
    if (value === "") throw missingSecret(name, `${path} is empty`);
    return value;
  } catch (error) {
    if (error instanceof FunctionError) throw error;
    throw missingSecret(
      name,
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`,
    );
  }
}
