// Sends a message, written as JSON.
import { send } from "../control.ts";
import { qualified } from "../names.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { world } from "../state.ts";
import { Effects } from "./effects.tsx";
import { exampleText } from "./examples.ts";
import { JsonField, readJson } from "./json-field.tsx";

/** @param queue qualified name of a queue or topic. */
export function MessageForm({ queue }: { readonly queue: string }) {
  const { progress, run } = useAction((form: FormData) =>
    send(queue, readJson(form), form.get("unchecked") === "on"),
  );
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <form onSubmit={submit}>
      <JsonField label="Message, as JSON" example={exampleFor(queue)} />
      <label class="check">
        <input type="checkbox" name="unchecked" />
        Send it also when its schema refuses it, to see what comes of that
      </label>
      <Submit progress={progress}>Send</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={[progress.value.id]} />}
    </form>
  );
}

/** As a function that receives it expects it. */
function exampleFor(queue: string): string | undefined {
  const receivers = (world.peek()?.apps ?? []).flatMap(({ name, functions }) =>
    functions.filter(
      ({ trigger }) => trigger.kind === "message" && qualified(name, trigger.source) === queue,
    ),
  );
  return receivers.map((fn) => exampleText(fn, "message")).find((text) => text !== undefined);
}
