// Calls a function by name and shows what it returns.
import { invoke } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { JsonField, readJson } from "./json-field.tsx";
import { Reply } from "./reply.tsx";

interface CallFormProps {
  /** Qualified name of the function. */
  readonly name: string;
  /** What it takes, as text. */
  readonly example: string | undefined;
}

export function CallForm({ name, example }: CallFormProps) {
  const { progress, run } = useAction((form: FormData) => invoke({ function: name, data: readJson(form) }));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <form onSubmit={submit}>
      <JsonField label="Input, as JSON" example={example} />
      <Submit progress={progress}>Call</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Reply of={progress.value} />}
    </form>
  );
}
