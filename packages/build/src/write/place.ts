// Puts a finished folder where the former one was. What is not finished is never seen.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Every folder that was written by a build holds it; one without is somebody else's. */
export const marker = "build.json";

const staleMilliseconds = 60 * 60 * 1000;
/** How long a build tries to put its folder in place while others do. */
const patienceMilliseconds = 10_000;

/**
 * Has `write` fill a new folder, then puts it at `place`. Builds of one place may run at the same time: the last to
 * finish stays. When `write` fails, or its process dies, the former folder stays.
 * @throws {Error} when `place` holds what no build has written.
 */
export async function replaceFolder<T>(place: string, write: (folder: string) => Promise<T>): Promise<T> {
  const aside = asideOf(place);
  await mkdir(dirname(place), { recursive: true });
  await tidy(place);
  await refuseForeign(place);
  try {
    await mkdir(aside);
    const result = await write(aside);
    await swap(aside, place);
    return result;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function asideOf(place: string, kind: "new" | "former" = "new"): string {
  return join(dirname(place), `.${basename(place)}.${kind}.${randomUUID()}`);
}

async function swap(aside: string, place: string): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const former = asideOf(place, "former");
    const hadFormer = await rename(place, former).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return false;
        throw error;
      },
    );
    try {
      await rename(aside, place);
      if (hadFormer) await rm(former, { recursive: true, force: true });
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      // Another build came between the two renames.
      const isTaken = ["ENOTEMPTY", "EEXIST", "EPERM"].includes(code) && performance.now() < deadline;
      if (hadFormer && isTaken) await rm(former, { recursive: true, force: true });
      else if (hadFormer) await rename(former, place).catch(() => undefined);
      if (!isTaken) throw error;
      await delay(Math.random() * 20);
    }
  }
}

async function refuseForeign(place: string): Promise<void> {
  const entries: string[] = await readdir(place).catch(() => []);
  if (entries.length > 0 && !entries.includes(marker))
    throw new Error(
      `Cannot build into ${place}: it holds something that no build has written. Choose another folder, or empty it.`,
    );
}

/** After builds that died: the former folder goes back when it was already moved, and what is old goes away. */
async function tidy(place: string): Promise<void> {
  const folder = dirname(place);
  const mine = `.${basename(place)}.`;
  for (const name of (await readdir(folder)).filter((one) => one.startsWith(mine))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (name.startsWith(`${mine}former.`) && !(await exists(place)))
      await rename(path, place).catch(() => undefined);
    else if (Date.now() - found.mtimeMs > staleMilliseconds) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
