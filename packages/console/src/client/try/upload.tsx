// Puts files into a store, and shows what they cause.
import { Failure, Submit } from "../parts/action.tsx";
import { Effects } from "./effects.tsx";
import { choose, eventsAbout, usePutFiles } from "./put-files.ts";

interface UploadFormProps {
  /** Qualified: `app/store`. */
  readonly store: string;
  readonly prefix: string;
  /** What the trigger wants keys to end in. */
  readonly suffix?: readonly string[];
}

export function UploadForm({ store, prefix, suffix = [] }: UploadFormProps) {
  const { chosen, change, progress, run } = usePutFiles(store);
  const take = (event: Event): void => {
    chosen.value = choose((event.currentTarget as HTMLInputElement).files ?? [], prefix);
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
        <input class="drop" type="file" multiple required accept={suffix.join(",")} onChange={take} />
      </label>
      {chosen.value.map(({ file, key, done }, index) => (
        <label key={file.name} class="chosen">
          Key of {file.name}
          <input
            value={key}
            required
            spellcheck={false}
            onInput={(event) => change(index, { key: event.currentTarget.value })}
          />
          {progress.kind !== "idle" && <progress aria-label={`Upload of ${file.name}`} value={done} />}
        </label>
      ))}
      <Submit progress={progress}>Upload</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={eventsAbout(progress.value)} />}
    </form>
  );
}
