// A CloudEvent as the rest of the code sees it, whichever way it travelled.

/**
 * A value of an extension attribute. JSON keeps numbers and booleans; headers carry only text, so there they
 * arrive as strings. Bytes can be sent and arrive as base64 text: the wire does not say which text is base64.
 */
export type AttributeValue = string | number | boolean | Uint8Array;

/**
 * A CloudEvent 1.0 (https://github.com/cloudevents/spec, 1.0.2). Immutable: to change one, spread it into a new one.
 *
 * The type of `data` depends on `datacontenttype` alone, never on how the event travelled: the JSON value for
 * JSON media types, a string for UTF-8 `text/*`, a `Uint8Array` for everything else and for bytes of unknown
 * type, `undefined` when the event has none. Without `datacontenttype`, anything but bytes is a JSON value.
 *
 * On a decoded event `data` is parsed when first read, which throws a `CloudEventError` when the bytes are not
 * what `datacontenttype` says; the bytes stay available through `dataBytes`.
 */
export interface CloudEvent<Data = unknown> {
  readonly specversion: "1.0";
  /** Unique within `source`; a redelivery carries the same one. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string | undefined;
  /** When it happened, RFC 3339, as the producer wrote it. */
  readonly time?: string | undefined;
  readonly datacontenttype?: string | undefined;
  readonly dataschema?: string | undefined;
  readonly data: Data;
  /** The other attributes (`traceparent`, `partitionkey`, …); names are `[a-z0-9]+`. */
  readonly extensions: Readonly<Record<string, AttributeValue>>;
}
