// A watch on a folder that keeps what it heard.
import { watchChanges } from "../../src/object-store/file/index.ts";
import type { ObjectChange } from "../../src/object-store/index.ts";

export interface Watching {
  readonly changes: ObjectChange[];
  stop(): Promise<void>;
}

export function watching(
  folder: string,
  onChange: (change: ObjectChange) => Promise<void> = async () => {},
): Watching {
  const changes: ObjectChange[] = [];
  const ending = new AbortController();
  const watched = watchChanges(folder, {
    signal: ending.signal,
    async onChange(change) {
      await onChange(change);
      changes.push(change);
    },
  });
  return {
    changes,
    async stop() {
      ending.abort();
      await watched;
    },
  };
}
