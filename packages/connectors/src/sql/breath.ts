// Lets timers and sockets have their turn where work would go on from promise to promise for ever.
import { setImmediate as turn } from "node:timers/promises";

const milliseconds = 10;

export class Breath {
  #last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.#last < milliseconds) return;
    await turn();
    this.#last = performance.now();
  }
}
