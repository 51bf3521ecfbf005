// A custom handler as the host of ours asks it, with the function.json that its app would have.
import type { Artefact } from "@faasade/platforms/shared/artefact";
import {
  type Binding,
  eventGridBinding,
  messageBinding,
  serviceOf,
  timerBinding,
} from "../../src/azure-functions/bindings.ts";
import { customHost as hostOn } from "../../src/azure-functions/here/custom-host.ts";
import { routePrefix } from "../../src/azure-functions/names.ts";
import { front } from "./node-worker.ts";
import { deliver, type Occurrence, type Outcome } from "./occurrence.ts";

export interface CustomHost {
  deliver(occurrence: Occurrence): Promise<Outcome>;
}

export function customHost(port: number, artefact: Artefact): CustomHost {
  const host = hostOn(port, functionsOf(artefact), front);
  return { deliver: (occurrence) => deliver(host, prefixed(occurrence)) };
}

function functionsOf({ functions, drivers }: Artefact): { name: string; trigger: Binding }[] {
  return functions.flatMap(({ name, trigger }) => {
    if (trigger.kind === "schedule") return [{ name, trigger: timerBinding("0 0 6 * * *") }];
    if (trigger.kind === "object") return [{ name, trigger: eventGridBinding }];
    if (trigger.kind !== "message") return [];
    const { source, batch } = trigger;
    const service = serviceOf(drivers[source.name]?.url);
    return service === undefined
      ? []
      : [{ name, trigger: messageBinding(service, name, source, batch !== undefined) }];
  });
}

/** Its routes are where function.json and host.json have them. */
function prefixed(occurrence: Occurrence): Occurrence {
  if (occurrence.kind !== "request") return occurrence;
  const { request } = occurrence;
  return { ...occurrence, request: { ...request, path: `${routePrefix}${request.path}` } };
}
