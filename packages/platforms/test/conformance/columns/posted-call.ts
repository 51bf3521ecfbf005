// A call as the caller's driver posts it, on platforms whose network is all that guards it.
import type { CallWay } from "../column.ts";
import { repliesOf, type Sent } from "./http-and-events.ts";

export function postedCall(title: string): CallWay {
  return {
    title,
    encode: (functionName, input): Sent[] => {
      const event = { specversion: "1.0", id: "c1", source: "/test", type: "dev.faasade.call", data: input };
      return [
        {
          service: "events",
          method: "POST",
          target: `/.faasade/events/${functionName}`,
          headers: [["content-type", "application/cloudevents+json"]],
          body: Buffer.from(JSON.stringify(event)),
        },
      ];
    },
    decode: (answer) => {
      const [reply] = repliesOf(answer);
      const text = Buffer.from(reply?.body ?? []).toString("utf8");
      if (reply?.status === 204) return { output: null };
      return reply?.status === 200 ? { output: JSON.parse(text) } : { code: JSON.parse(text).code };
    },
  };
}
