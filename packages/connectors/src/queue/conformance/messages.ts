// Messages for tests, and when a test applies.
import { it } from "vitest";
import type { OutgoingMessage } from "../driver.ts";

/** `it` where a capability is there; elsewhere another test stands for it, or the table says that it is not promised. */
export function when(applies: boolean): (promise: string, test: () => Promise<void>) => void {
  return applies ? it : () => {};
}

/** An event as a message carries it; a target that keeps nothing beside the body has the id from there. */
export function textOf(id: string): string {
  return JSON.stringify({ specversion: "1.0", id, source: "/suite", type: "dev.faasade.message" });
}

export const contentType = "application/cloudevents+json; charset=utf-8";

export function messageOf(
  id: string,
  options: { delaySeconds?: number; body?: Uint8Array } = {},
): OutgoingMessage {
  const { delaySeconds, body = new TextEncoder().encode(textOf(id)) } = options;
  return { id, body, contentType, ...(delaySeconds === undefined ? {} : { delaySeconds }) };
}

export function idsOf(messages: readonly { readonly id: string }[]): string[] {
  return messages.map(({ id }) => id);
}
