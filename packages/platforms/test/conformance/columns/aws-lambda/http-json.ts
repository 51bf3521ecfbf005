// Bodies as JSON carries them: text as it is, all else in base64.
import type { ClientReply, ClientRequest } from "../../column.ts";

export const badGateway: ClientReply = { status: 502, headers: [], body: new Uint8Array() };

export function fieldsOf(value: unknown): Record<string, unknown> {
  return Object(value) as Record<string, unknown>;
}

/** @param always whether even text is sent as base64, as a REST API does with the binary media type `*&#47;*`. */
export function wholeBody(
  { body, headers = [] }: ClientRequest,
  always = false,
): { readonly body?: string | null; readonly isBase64Encoded: boolean } {
  if (body === undefined) return { body: null, isBase64Encoded: false };
  const type = headers.find(([name]) => name === "content-type")?.[1] ?? "";
  const isText = !always && /^(text\/|application\/(json|javascript|xml))/.test(type);
  return { body: Buffer.from(body).toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
}

export function readBody(body: unknown, isBase64Encoded: unknown): Uint8Array {
  return Buffer.from(String(body ?? ""), isBase64Encoded === true ? "base64" : "utf8");
}
