// Tells when sources change, once for a burst of changes.
import { type FSWatcher, readdirSync, watch } from "node:fs";
import { dirname, extname, join, sep } from "node:path";

export interface WatchOptions {
  /** With all that is below them. */
  readonly folders: readonly string[];
  /** Whose coming, going and being replaced is watched from the folder they stand in. */
  readonly entries?: readonly string[];
}

/** An editor empties a file and fills it at once; what comes later starts what it changed anew. */
const quietMilliseconds = 15;

/**
 * Watches folders and what is below them; `onChange` must not throw. Folders are watched, not files: an editor that
 * saves by renaming puts another file in the place of the one that was watched. @returns a function that stops.
 */
export function watchSources(options: WatchOptions, onChange: () => Promise<void>): () => void {
  const { folders, entries = [] } = options;
  const parents = new Set(entries.map((entry) => dirname(entry)));
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const follow = (): void => {
    const present = new Set(parents);
    for (const parent of parents) add(parent);
    for (const folder of folders) walk(folder, present);
    close((folder) => !present.has(folder));
  };

  /** Each folder is watched before it is read, so that nothing comes in between. */
  const walk = (folder: string, present: Set<string>): void => {
    add(folder);
    const below = foldersIn(folder);
    if (below === undefined) return;
    present.add(folder);
    for (const name of below) walk(join(folder, name), present);
  };

  const add = (folder: string): void => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_kind, file) => changed(folder, file));
      // A folder that disappears while it is watched has nothing more to tell; its parent tells of it.
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // It is not there.
    }
  };

  const close = (isMeant: (folder: string) => boolean): void => {
    for (const [folder, watcher] of watchers) {
      if (!isMeant(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
  };

  const changed = (folder: string, file: string | null): void => {
    if (isStopped) return;
    const entry = entries.find((one) => file !== null && one === join(folder, file));
    if (entry === undefined && file !== null && (parents.has(folder) || !isSource(file))) return;
    // What stands there now may be another folder than the one that is watched.
    if (entry !== undefined) close((watched) => watched === entry || watched.startsWith(`${entry}${sep}`));
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
    close(() => true);
  };
}

/** A file of code or data, or what may be a folder. */
function isSource(file: string): boolean {
  return !file.startsWith(".") && [".ts", ".json", ""].includes(extname(file));
}

/** The names of the folders in a folder; undefined when it is not there. */
function foldersIn(folder: string): string[] | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
      .map(({ name }) => name);
  } catch {
    return undefined;
  }
}
