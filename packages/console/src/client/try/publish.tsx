// Publishes a message on a topic, with the key of what it is about.
import { publish } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { Effects } from "./effects.tsx";
import { JsonField, readJson } from "./json-field.tsx";

/** @param topic its qualified name. */
export function PublishForm({ topic }: { readonly topic: string }) {
  const { progress, run } = useAction((form: FormData) =>
    publish(topic, String(form.get("key") ?? "").trim(), readJson(form)),
  );
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <form onSubmit={submit}>
      <label>
        Key, such as a device (may be empty)
        <input name="key" autocomplete="off" spellcheck={false} />
      </label>
      <JsonField label="Message, as JSON" />
      <Submit progress={progress}>Publish</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={[progress.value.id]} />}
    </form>
  );
}
