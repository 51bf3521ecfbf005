// A form for each kind of trigger.
import type { AppState, FunctionState } from "@faasade/local/control-api";
import { qualified } from "../names.ts";
import { CallForm } from "./call.tsx";
import { exampleText } from "./examples.ts";
import { HttpForm } from "./http.tsx";
import { MessageForm } from "./message.tsx";
import { PublishForm } from "./publish.tsx";
import { ScheduleForm } from "./schedule.tsx";
import { UploadForm } from "./upload.tsx";

export function TryIt({ app, fn }: { readonly app: AppState; readonly fn: FunctionState }) {
  const { trigger } = fn;
  const name = qualified(app.name, fn.name);
  switch (trigger.kind) {
    case "http":
      return <HttpForm app={app} fn={fn} routes={trigger.routes} />;
    case "schedule":
      return <ScheduleForm name={name} />;
    case "message":
      return trigger.sourceKind === "topic" ? (
        <PublishForm topic={qualified(app.name, trigger.source)} />
      ) : (
        <MessageForm queue={qualified(app.name, trigger.source)} />
      );
    case "call":
      return <CallForm name={name} example={exampleText(fn, "call")} />;
    case "object":
      if (trigger.change === "removed") {
        return <p>Delete an object of {trigger.store}: the list is under Stores, below.</p>;
      }
      return (
        <UploadForm
          store={qualified(app.name, trigger.store)}
          prefix={trigger.prefix ?? ""}
          suffix={trigger.suffix ?? []}
        />
      );
  }
}
