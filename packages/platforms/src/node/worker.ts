// Something that works in the background of a process for as long as that runs.

export interface Worker {
  start(): void | Promise<void>;
  /** Takes up nothing more; resolves when what was begun has ended. */
  stop(): Promise<void>;
}
