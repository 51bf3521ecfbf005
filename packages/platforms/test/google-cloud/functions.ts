// Functions with one trigger each, to be varied.
import { describe as fn, grant, route } from "../manifest/every-trigger.ts";

export const scheduled = fn({
  name: "tick",
  trigger: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", misfire: "once" },
});
export const onObject = fn({
  name: "import-file",
  trigger: { kind: "object", store: "inbox", change: "created" },
  grants: [grant("object-store", "inbox", "trigger")],
});
export const onMessage = fn({
  name: "work",
  trigger: { kind: "message", source: "jobs", sourceKind: "queue", format: "raw" },
  grants: [grant("queue", "jobs", "trigger")],
});
export const page = (name: string, path: string, auth: "public" | "platform" = "public") =>
  fn({ name, trigger: { kind: "http", routes: [route("GET", path, { auth })] } });
