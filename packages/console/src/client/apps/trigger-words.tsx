// What starts a function, in words.
import type { FunctionState } from "@faasade/local/control-api";
import { formatDateTime, formatInZone, formatRelative } from "../format.ts";
import { worldNow } from "../state.ts";

export function TriggerWords({ fn }: { readonly fn: FunctionState }) {
  const { trigger } = fn;
  switch (trigger.kind) {
    case "http":
      return (
        <ul class="trigger routes">
          {trigger.routes.map(({ method, path, auth }) => (
            <li key={`${method} ${path}`}>
              <code>
                <b>{method === "*" ? "ANY" : method}</b> {path}
              </code>{" "}
              <span class="quiet">{authWords[auth]}</span>
            </li>
          ))}
        </ul>
      );
    case "schedule":
      return (
        <p class="trigger">
          On schedule <code>{trigger.cron}</code> in {trigger.timeZone}
          <NextDue at={fn.nextDue} timeZone={trigger.timeZone} />
        </p>
      );
    case "object":
      return (
        <p class="trigger">
          When an object is{" "}
          {trigger.change === "created"
            ? "written to"
            : trigger.change === "removed"
              ? "removed from"
              : `${trigger.change} in`}{" "}
          <code>{trigger.store}</code>
          {trigger.prefix !== undefined && (
            <>
              {" "}
              under <code>{trigger.prefix}</code>
            </>
          )}
          {trigger.suffix !== undefined && <>, its key ending in {trigger.suffix.join(" or ")}</>}
        </p>
      );
    case "message":
      return (
        <p class="trigger">
          By messages from the {trigger.sourceKind} <code>{trigger.source}</code>
          {trigger.batch !== undefined &&
            `, up to ${trigger.batch.size} at a time, gathered for ${trigger.batch.windowSeconds} s`}
        </p>
      );
    case "call":
      return <p class="trigger">Called by name</p>;
  }
}

const authWords = {
  public: "open to all",
  platform: "for callers the platform lets in",
  jwt: "with a token (JWT)",
  signature: "with a signature",
} as const;

function NextDue({ at, timeZone }: { readonly at: string | undefined; readonly timeZone: string }) {
  if (at === undefined) return null;
  return (
    <>
      , next{" "}
      <time dateTime={at} title={`${formatInZone(at, timeZone)} where it is scheduled`}>
        {formatDateTime(at)}
      </time>{" "}
      <span class="quiet">
        ({formatRelative(at, worldNow.value)}; {formatInZone(at, timeZone)})
      </span>
    </>
  );
}
