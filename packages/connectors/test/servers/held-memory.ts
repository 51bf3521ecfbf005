// How much memory a transfer holds, measured after what is no longer needed was collected.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const watchedCalls = 16;

/** Bytes outside of the heap at the most, beyond those there were at first; `watch` is called as pieces go by. */
export function heldMemory(): { readonly watch: () => void; readonly most: () => number } {
  collect();
  const before = process.memoryUsage().arrayBuffers;
  let calls = 0;
  let most = before;
  return {
    watch() {
      calls += 1;
      if (calls % watchedCalls !== 0) return;
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    },
    most: () => most - before,
  };
}
