// Tells when sources change, once for a burst of changes.
import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

const quietMilliseconds = 60;

/**
 * Watches folders and what is below them; `onChange` must not throw. Folders are watched, not files: an editor that
 * saves by renaming puts another file in the place of the one that was watched. @returns a function that stops.
 */
export function watchSources(folders: readonly string[], onChange: () => Promise<void>): () => void {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const follow = (): void => {
    const present = new Set(folders.flatMap(foldersBelow));
    for (const [folder, watcher] of watchers) {
      if (present.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of present) if (!watchers.has(folder)) add(folder);
  };

  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, (_kind, file) => changed(file));
      // A folder that disappears while it is watched has nothing more to tell; its parent tells of it.
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // It was gone before it could be watched.
    }
  };

  const changed = (file: string | null): void => {
    if (isStopped || (file !== null && /\.[^.]+$/.test(file) && !/\.(ts|json)$/.test(file))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      follow();
      void onChange();
    }, quietMilliseconds);
  };

  follow();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}

/** A folder and all below it; none when it is not there. */
function foldersBelow(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const below = entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
    return [folder, ...below.flatMap(({ name }) => foldersBelow(join(folder, name)))];
  } catch {
    return [];
  }
}
