// A message as the REST API takes it: its bytes as the body, everything else in headers.
import { FunctionError } from "@faasade/core";
import type { OutgoingMessage } from "../driver.ts";

export interface MessageRequest {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Of a namespace of the tier Standard, properties included: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas */
const mostBytes = 256 << 10;
const mostPropertyBytes = 8 << 10;
const longestId = 128;

/**
 * https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
 * @throws {FunctionError} `too_large`, `unsupported`
 */
export function requestOf({ id, body, contentType, key }: OutgoingMessage): MessageRequest {
  const refuse = (code: "too_large" | "unsupported", why: string): FunctionError =>
    new FunctionError(code, `Cannot send the message ${id}: ${why}`);
  if (id.length > longestId)
    throw refuse(
      "unsupported",
      `Service Bus takes ids of ${longestId} characters at most. Give it a shorter one.`,
    );
  const headers = { "content-type": contentType, ...propertiesOf(id, key) };
  const bytes = Object.entries(headers).reduce((sum, field) => sum + field.join("").length, 0);
  if (bytes > mostPropertyBytes)
    throw refuse(
      "too_large",
      `its id and key make ${bytes} bytes of properties, and ${mostPropertyBytes} are allowed. Give it a shorter key.`,
    );
  if (body.length + bytes > mostBytes)
    throw refuse(
      "too_large",
      `it has ${body.length + bytes} bytes with its properties, and ${mostBytes} are allowed. Put the data into a store and send its key.`,
    );
  return { id, headers, body };
}

/**
 * The key is the label, which people and filters of subscriptions see. Azure's worker reads a label such as 52e8 as a
 * number: therefore it is a property as well, wherever it fits between quotes.
 */
function propertiesOf(id: string, key = ""): Record<string, string> {
  const properties = ascii({ MessageId: id, ...(key === "" ? {} : { Label: key }) });
  const isPlain = /^[ !#-[\]-~]+$/.test(key);
  return { brokerproperties: properties, ...(isPlain ? { key: `"${key}"` } : {}) };
}

/** JSON that a header can carry. */
function ascii(value: object): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
