// Messages for tests, and when a test applies.
import { it } from "vitest";
import type { OutgoingMessage } from "../driver.ts";

/** `it` where a capability is there; elsewhere another test stands for it, or the table says that it is not promised. */
export function when(applies: boolean): (promise: string, test: () => Promise<void>) => void {
  return applies ? it : () => {};
}

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
