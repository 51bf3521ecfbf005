// What functions log and processes print: the newest in memory, all in one file a day.
import { appendFile, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { LogLevel, LogRecord } from "@faasade/core/adapter";
import type { LogLine } from "../control/api.ts";

type LogFields = NonNullable<LogRecord["fields"]>;

const keptInMemory = 5000;
const readAtStartBytes = 2 << 20;

export class Logs {
  readonly #folder: string;
  readonly #listeners = new Set<(line: LogLine) => void>();
  #lines: LogLine[] = [];
  #unwritten: string[] = [];
  #writing: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes up the newest of what earlier worlds on this data wrote. Never throws: a file that cannot be read is no log. */
  async open(): Promise<void> {
    const files = await readdir(this.#folder).catch((): string[] => []);
    const newest = files
      .filter((name) => name.endsWith(".ndjson"))
      .sort()
      .at(-1);
    if (newest === undefined) return;
    const text = await readEnd(join(this.#folder, newest)).catch(() => "");
    const former = text.split("\n").flatMap((line): LogLine[] => {
      try {
        return [JSON.parse(line) as LogLine];
      } catch {
        return []; // the first of them was cut off, the last one is empty
      }
    });
    this.#lines = [...former.slice(-keptInMemory), ...this.#lines];
  }

  record(app: string, record: LogRecord): void {
    const { time, level, message, fields } = record;
    this.#add({
      time: new Date(time).toISOString(),
      level,
      app,
      function: record.function,
      message,
      ...(fields === undefined ? {} : { fields: plain(fields) }),
    });
  }

  /** A line a process printed by itself, or that the world says of an app. */
  output(app: string, message: string, time: number, level: LogLevel = "info"): void {
    this.#add({ time: new Date(time).toISOString(), level, app, message });
  }

  /** The newest lines, oldest first. */
  lines(app: string | undefined, limit: number): LogLine[] {
    const matching = app === undefined ? this.#lines : this.#lines.filter((line) => line.app === app);
    return matching.slice(-limit);
  }

  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > 2 * keptInMemory) this.#lines = this.#lines.slice(-keptInMemory);
    this.#unwritten.push(JSON.stringify(line));
    this.#writing ??= this.#write();
    for (const listener of this.#listeners) listener(line);
  }

  /** Never throws: a disk that takes no lines must not end the world. */
  async #write(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 }).catch(() => {});
    while (this.#unwritten.length > 0) {
      const batch = `${this.#unwritten.join("\n")}\n`;
      this.#unwritten = [];
      const day = new Date().toISOString().slice(0, 10);
      await appendFile(join(this.#folder, `${day}.ndjson`), batch).catch(() => {});
    }
    this.#writing = undefined;
  }
}

async function readEnd(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - readAtStartBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Fields may hold anything that goes from process to process, such as big integers and cycles; a line is JSON. */
function plain(fields: LogFields): LogFields {
  try {
    const text = JSON.stringify(fields, (_, value: unknown) =>
      typeof value === "bigint" ? `${value}` : value,
    );
    return JSON.parse(text) as LogFields;
  } catch (error) {
    return { unreadable: (error as Error).message.split("\n", 1)[0] };
  }
}
