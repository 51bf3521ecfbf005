// Messages for tests.
import type { OutgoingMessage } from "../driver.ts";

export function messageOf(
  id: string,
  options: { delaySeconds?: number; body?: Uint8Array } = {},
): OutgoingMessage {
  const { delaySeconds, body = new TextEncoder().encode(`{"id":${JSON.stringify(id)}}`) } = options;
  return {
    id,
    body,
    contentType: "application/json",
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}

export function idsOf(messages: readonly { readonly id: string }[]): string[] {
  return messages.map(({ id }) => id);
}
