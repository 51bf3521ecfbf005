// The ledger in its store, where a document is changed only by who has seen it last.
import type { ObjectReader, ObjectWriter } from "@faasade/connectors/object-store";
import { FunctionError } from "@faasade/core";
import { isFinal, type Run } from "./job.ts";
import { LedgerReader, rowKey, type Seen, stateKey } from "./ledger-reader.ts";
import type { JobState } from "./state.ts";

const mostTries = 50;

export class Ledger extends LedgerReader {
  readonly #store: ObjectWriter;

  constructor(store: ObjectReader & ObjectWriter) {
    super(store);
    this.#store = store;
  }

  /** @returns whether nobody else had changed it since it was seen. */
  async swap(job: string, seen: Seen<JobState> | undefined, state: JobState): Promise<boolean> {
    return (await this.#write(stateKey(job), state, seen)) !== undefined;
  }

  /** Changes what is known of a job; `transition` may be asked again, and the same value changes nothing. @returns it. */
  async change(
    job: string,
    transition: (state: JobState | undefined) => JobState | undefined,
  ): Promise<JobState | undefined> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const seen = await this.state(job);
      const state = transition(seen?.value);
      if (state === undefined || state === seen?.value || (await this.swap(job, seen, state))) return state;
    }
    throw new FunctionError("unavailable", `Cannot change ${job}: others change it all the time.`);
  }

  /** Whatever is known of a job that no crontab names any more; its rows stay. */
  async forget(job: string): Promise<void> {
    await this.#store.delete(stateKey(job));
  }

  /** Adds a row. One that is there keeps what it says, unless it is still due and the new one is final. */
  async add(run: Run): Promise<void> {
    if ((await this.#write(rowKey(run.job, run.due), run, undefined)) === undefined && isFinal(run.status))
      await this.close(run.job, run, ["due"]);
  }

  /** Ends a run whose row is not final yet, and leaves any other as it is. */
  async close(
    job: string,
    { due, ...ending }: Pick<Run, "due" | "status" | "reason" | "mail">,
    from: readonly Run["status"][] = ["due", "started"],
  ): Promise<void> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const seen = await this.run(job, due);
      if (seen === undefined || !from.includes(seen.value.status)) return;
      if ((await this.replace(seen, { ...seen.value, ...ending })) !== undefined) return;
    }
    throw new FunctionError("unavailable", `Cannot close the run of ${job} due at ${due}.`);
  }

  /** @returns undefined when somebody else has changed the row since it was seen. */
  async replace(seen: Seen<Run>, run: Run): Promise<Seen<Run> | undefined> {
    const etag = await this.#write(rowKey(run.job, run.due), run, seen);
    return etag === undefined ? undefined : { value: run, etag };
  }

  async #write(key: string, value: unknown, seen: Seen<unknown> | undefined): Promise<string | undefined> {
    const condition = seen === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: seen.etag };
    try {
      return (await this.#store.put(key, JSON.stringify(value), condition)).etag;
    } catch (error) {
      if (error instanceof FunctionError && error.code === "precondition_failed") return undefined;
      throw error;
    }
  }
}
