// Puts files into a store, and shows what they cause.
import { type Signal, useSignal } from "@preact/signals";
import { putObject } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { entries, lastSequence } from "../state.ts";
import { Effects } from "./effects.tsx";

interface UploadFormProps {
  /** Qualified: `app/store`. */
  readonly store: string;
  readonly prefix: string;
  /** What the trigger wants keys to end in. */
  readonly suffix?: readonly string[];
}

interface Chosen {
  readonly file: File;
  readonly key: string;
  /** From 0 to 1. */
  readonly done: number;
}

export function UploadForm({ store, prefix, suffix = [] }: UploadFormProps) {
  const chosen = useSignal<readonly Chosen[]>([]);
  const { progress, run } = useAction(async () => {
    const after = lastSequence.peek();
    const keys = chosen.peek().map(({ key }) => key);
    for (const [index, { file, key }] of chosen.peek().entries()) {
      await putObject(store, key, file, (done) => change(chosen, index, { done }));
      change(chosen, index, { done: 1 });
    }
    return { after, keys };
  });
  const choose = (event: Event): void => {
    const files = [...((event.currentTarget as HTMLInputElement).files ?? [])];
    chosen.value = files.map((file) => ({ file, key: prefix + file.name, done: 0 }));
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run();
  };
  return (
    <form onSubmit={submit}>
      <label>
        Choose files, or drop them here
        {suffix.length > 0 && <span class="quiet"> ({suffix.join(", ")})</span>}
        <input class="drop" type="file" multiple required accept={suffix.join(",")} onChange={choose} />
      </label>
      {chosen.value.map(({ file, key, done }, index) => (
        <label key={file.name} class="chosen">
          Key of {file.name}
          <input
            value={key}
            required
            spellcheck={false}
            onInput={(event) => change(chosen, index, { key: event.currentTarget.value })}
          />
          {progress.kind !== "idle" && <progress aria-label={`Upload of ${file.name}`} value={done} />}
        </label>
      ))}
      <Submit progress={progress}>Upload</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={eventsAbout(progress.value.keys, progress.value.after)} />}
    </form>
  );
}

function change(chosen: Signal<readonly Chosen[]>, index: number, part: Partial<Chosen>): void {
  chosen.value = chosen.peek().map((one, at) => (at === index ? { ...one, ...part } : one));
}

/** Events since `after` whose subject is one of the keys. */
function eventsAbout(keys: readonly string[], after: number): string[] {
  return entries.value
    .filter(({ sequence, detail }) => sequence > after && detail !== undefined && keys.includes(detail))
    .map(({ id }) => id);
}
