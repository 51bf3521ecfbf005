// An app as two processes, one for the public and one for what the platform posts: each is started when it is asked.
import type { Answer, ClientReply } from "../conformance/column.ts";
import { type Sent, send } from "../conformance/columns/http-and-events.ts";
import type { Inside } from "./trigger-cases.ts";

export interface Served {
  readonly url: string;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<unknown>;
}

/** @param start a process that serves what it is told, as `FAASADE_SERVE` says it. */
export function postedTo(start: (serves: Sent["service"]) => Promise<Served>): Inside {
  const started = new Map<Sent["service"], Promise<Served>>();
  let said = (): string => "";
  const serverFor = (service: Sent["service"]): Promise<Served> => {
    const server = started.get(service) ?? start(service);
    started.set(service, server);
    return server;
  };
  return {
    async deliver(native): Promise<Answer> {
      const replies: ClientReply[] = [];
      for (const sent of native as Sent[]) {
        const { url, logs } = await serverFor(sent.service);
        said = logs;
        replies.push(await send(Number(new URL(url).port), sent));
      }
      return { value: replies };
    },
    logs: () => said(),
    stop: async () => {
      for (const server of started.values()) await (await server).stop("SIGKILL");
    },
  };
}
