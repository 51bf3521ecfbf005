// Tells when sources change, once for a burst of changes.
import { type FSWatcher, watch } from "node:fs";

const quietMilliseconds = 60;

/** Watches folders and what is below them. @returns a function that stops watching. */
export function watchSources(folders: readonly string[], onChange: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { recursive: true }, (_kind, file) => {
        if (file !== null && !/\.(ts|json)$/.test(file)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void onChange(), quietMilliseconds);
      });
      // A folder that disappears while it is watched has nothing more to tell.
      watcher.on("error", () => watcher.close());
      watchers.push(watcher);
    } catch {
      // Nothing to watch there: an app may lack a folder.
    }
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
