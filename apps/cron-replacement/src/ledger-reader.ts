// What the ledger says, for who only looks: a document per job and a row per due time.
import type { ObjectReader } from "@faasade/connectors/object-store";
import type { Run } from "./job.ts";
import type { JobState } from "./state.ts";

/** What was read, and the proof of having read it. */
export interface Seen<Value> {
  readonly value: Value;
  readonly etag: string;
}

export class LedgerReader {
  readonly #store: ObjectReader;

  constructor(store: ObjectReader) {
    this.#store = store;
  }

  state(job: string): Promise<Seen<JobState> | undefined> {
    return this.#read<JobState>(stateKey(job));
  }

  /** The names of all jobs that something is known of. */
  async *jobs(): AsyncGenerator<string> {
    for await (const { key } of this.#store.keys("jobs/")) yield key.slice("jobs/".length, -".json".length);
  }

  run(job: string, due: string): Promise<Seen<Run> | undefined> {
    return this.#read<Run>(rowKey(job, due));
  }

  /** Whether the row is as it was seen. */
  async isAsSeen({ value, etag }: Seen<Run>): Promise<boolean> {
    return (await this.#store.head(rowKey(value.job, value.due)))?.etag === etag;
  }

  /** The rows of a job due after an instant, in order. */
  async *runs(job: string, after: string): AsyncGenerator<Run> {
    const prefix = `runs/${job}/`;
    for (let key: string | undefined = rowKey(job, after); key !== undefined; ) {
      const page = await this.#store.list({ prefix, after: key, limit: 200 });
      const found = await Promise.all(page.objects.map((object) => this.#read<Run>(object.key)));
      for (const seen of found) if (seen !== undefined) yield seen.value;
      key = page.next;
    }
  }

  async #read<Value>(key: string): Promise<Seen<Value> | undefined> {
    const object = await this.#store.get(key);
    return object && { value: (await object.json()) as Value, etag: object.info.etag };
  }
}

export function stateKey(job: string): string {
  return `jobs/${job}.json`;
}

/** In the order of due times; the rows' keys are all there is to list by. */
export function rowKey(job: string, due: string): string {
  return `runs/${job}/${due}.json`;
}
