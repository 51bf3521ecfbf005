// Ids that sort by time: 48 bits of milliseconds, 80 bits of chance, in Crockford's base 32 (the ULID layout).
import type { Clock, Ids } from "../context.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ids from a clock and a source of chance, so that a test can replay them. */
export function createIds(clock: Clock, random: () => number): Ids {
  return {
    next() {
      let id = "";
      let time = clock.now();
      for (let index = 0; index < 10; index += 1) {
        id = alphabet.charAt(time % 32) + id;
        time = Math.floor(time / 32);
      }
      for (let index = 0; index < 16; index += 1) id += alphabet.charAt(Math.floor(random() * 32));
      return id;
    },
  };
}
