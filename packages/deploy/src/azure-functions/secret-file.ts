// A new secret in a file that only this user may read, for a tool that takes none from standard input.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function withSecretFile<Result>(use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "faasade-secret-"));
  try {
    const file = join(folder, "secret");
    await writeFile(file, randomBytes(32).toString("base64"), { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
