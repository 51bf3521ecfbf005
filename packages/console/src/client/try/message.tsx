// Sends a message, written as JSON.
import { send } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { Effects } from "./effects.tsx";
import { JsonField, readJson } from "./json-field.tsx";

/** @param queue qualified name of a queue or topic. */
export function MessageForm({ queue }: { readonly queue: string }) {
  const { progress, run } = useAction((form: FormData) => send(queue, readJson(form)));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <form onSubmit={submit}>
      <JsonField label="Message, as JSON" />
      <Submit progress={progress}>Send</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={[progress.value.id]} />}
    </form>
  );
}
