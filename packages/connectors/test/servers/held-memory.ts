// How much memory a transfer holds, measured after what is no longer needed was collected.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;
const watchedCalls = 16;

export interface HeldMemory {
  /** Called as pieces go by. */
  watch(): void;
  /** Bytes outside of the heap beyond those there were at first, at the moment when they were the most. */
  most(): number;
}

/** @param limit up to here nothing is collected, which takes long: what is no longer needed is counted with the rest. */
export function heldMemory(limit: number): HeldMemory {
  // What a collection frees is swept aside of it; the next one waits for that.
  const collect = (): void => {
    gc();
    gc();
  };
  const held = (): number => process.memoryUsage().arrayBuffers - before;
  collect();
  const before = process.memoryUsage().arrayBuffers;
  let calls = 0;
  let most = 0;
  return {
    watch() {
      calls += 1;
      if (calls % watchedCalls !== 0) return;
      if (held() >= limit) collect();
      most = Math.max(most, held());
    },
    most: () => most,
  };
}
