// Runs a schedule's function now, as if it were due.
import { runSchedule } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { Effects } from "./effects.tsx";

export function ScheduleForm({ name }: { readonly name: string }) {
  const { progress, run } = useAction(() => runSchedule(name));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run();
  };
  return (
    <form onSubmit={submit}>
      <Submit progress={progress}>Run now</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={[progress.value.id]} />}
    </form>
  );
}
