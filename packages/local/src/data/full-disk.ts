// Hears from the log that the disk is full, and says so once, until it was not heard for a minute.
import type { LogLine } from "../control/api.ts";

/** Of the operating system, Postgres and SQLite. */
const pattern = /ENOSPC|no space left on device|database or disk is full/i;
const quietMilliseconds = 60_000;

export class FullDisk {
  readonly #data: string;
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(data: string, onChange: () => void) {
    this.#data = data;
    this.#onChange = onChange;
  }

  /** In one sentence; undefined as long as nothing is known of it. */
  get problem(): string | undefined {
    if (this.#timer === undefined) return undefined;
    return `The disk is full: what comes in is refused until there is room (data: ${this.#data}).`;
  }

  hear({ message, fields }: LogLine): void {
    if (!pattern.test(`${message} ${fields === undefined ? "" : JSON.stringify(fields)}`)) return;
    const isNew = this.#timer === undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onChange();
    }, quietMilliseconds).unref();
    if (isNew) this.#onChange();
  }
}
