// A trigger as plain data: what a generated entry holds of a function that it has not loaded.
import type { AnyTrigger, RouteOutline, TriggerOutline } from "./catalog.ts";

/** What comes out survives `JSON.stringify` unchanged. */
export function outlineTrigger(trigger: AnyTrigger): TriggerOutline {
  switch (trigger.kind) {
    case "http":
      return { kind: "http", routes: trigger.routes.map(outlineRoute) };
    case "schedule": {
      const { kind, cron, timeZone, misfire } = trigger;
      return { kind, cron, timeZone, misfire };
    }
    case "object": {
      const { kind, store, change, filter } = trigger;
      return { kind, store: { name: store.name }, change, filter };
    }
    case "message": {
      const { source, batch } = trigger;
      const { kind, name, format } = source;
      return { kind: "message", source: { kind, name, format }, ...(batch === undefined ? {} : { batch }) };
    }
    case "call":
      return { kind: "call" };
  }
}

function outlineRoute({ pattern, cors, maxBodyBytes }: RouteOutline): RouteOutline {
  return {
    pattern,
    ...(cors === undefined ? {} : { cors }),
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
  };
}
