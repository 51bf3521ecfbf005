// Objects of Blob Storage, as Event Grid tells of them: in its own schema, or as CloudEvents.
import { FunctionError } from "@faasade/core";
import type { FunctionEntry } from "@faasade/core/adapter";
import { type Fields, fieldsOf, textOf, timeOf } from "../shared/fields.ts";
import { objectEvent } from "../shared/object-event.ts";
import { type FunctionApp, resourceUrl } from "./function-app.ts";
import { attemptOf, type Decoded, type NativeEvent } from "./native-event.ts";
import { RefusedEvent } from "./refused-event.ts";

/** https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage */
const changes: Readonly<Record<string, "created" | "removed">> = {
  "Microsoft.Storage.BlobCreated": "created",
  "Microsoft.Storage.BlobDeleted": "removed",
};

interface Blob {
  readonly account: string;
  readonly container: string;
  readonly name: string;
}

/** @throws {RefusedEvent} for an event that is not of the store and change the function waits for. */
export function decode(functionApp: FunctionApp, { trigger }: FunctionEntry, native: NativeEvent): Decoded {
  if (trigger.kind !== "object") throw new TypeError("Cannot read the event: it is of an object.");
  const event = fieldsOf(native.data);
  const type = String(event["eventType"] ?? event["type"]).slice(0, 100);
  const blob = blobOf(event);
  if (blob === undefined)
    throw new FunctionError("invalid", `Cannot read the Event Grid event ${type}: it names no blob.`);
  const change = changes[type];
  const where = `azure-blob://${blob.account}/${blob.container}`;
  const store = trigger.store.name;
  const key = keyWithin(resourceUrl(functionApp, store), blob);
  if (change !== trigger.change || key === undefined)
    throw RefusedEvent.unmatched(
      `${where}/${blob.name} (${type})`,
      `the function waits for what is ${trigger.change} in ${store}, whose URL must name this container, as in ${where}.`,
    );
  const { sequencer, eTag, contentLength } = fieldsOf(event["data"]);
  const time = timeOf(event["eventTime"] ?? event["time"]);
  const etag = textOf(eTag);
  return {
    attempt: attemptOf(undefined, native),
    events: [
      objectEvent(functionApp.artefact.app, {
        change,
        store,
        key,
        etag,
        time,
        version: textOf(sequencer) ?? `${etag} ${time}`,
        size: typeof contentLength === "number" ? contentLength : undefined,
      }),
    ],
  };
}

/** The subject holds the name as it is; the URL beside it is encoded, and may be one of several. */
function blobOf(event: Fields): Blob | undefined {
  const account = /\/storageAccounts\/([^/]+)$/i.exec(String(event["topic"] ?? event["source"]))?.[1];
  const [, container, name] =
    /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s.exec(String(event["subject"])) ?? [];
  if (account === undefined || container === undefined || name === undefined) return undefined;
  return { account, container, name };
}

/** The blob's name as the store knows it; undefined when it is in another container or not under its prefix. */
function keyWithin(url: string | undefined, { account, container, name }: Blob): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, hostname, pathname } = new URL(url);
  if (protocol !== "azure-blob:" || hostname.split(".", 1)[0] !== account.toLowerCase()) return undefined;
  const [, first, ...rest] = pathname.split("/").map(decodeURIComponent);
  if (first !== container) return undefined;
  const prefix = rest
    .filter((part) => part !== "")
    .map((part) => `${part}/`)
    .join("");
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}
