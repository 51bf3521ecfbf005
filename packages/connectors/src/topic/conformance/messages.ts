// Messages for tests, and how they are awaited.
import type { OutgoingMessage, TopicMessage, TopicSubscription } from "../driver.ts";

export function messageOf(text: string, key?: string): OutgoingMessage {
  return {
    id: text,
    body: new TextEncoder().encode(text),
    contentType: "text/plain",
    ...(key === undefined ? {} : { key }),
  };
}

export function textOf({ body }: Pick<TopicMessage, "body">): string {
  return new TextDecoder().decode(body);
}

export function textsOf(messages: readonly TopicMessage[]): string[] {
  return messages.map(textOf);
}

/** Takes until there are so many; each wait ends after ten seconds. */
export async function take(
  subscription: TopicSubscription,
  count: number,
  visibilitySeconds = 30,
): Promise<TopicMessage[]> {
  const taken: TopicMessage[] = [];
  while (taken.length < count) {
    const max = count - taken.length;
    const more = await subscription.receive({ max, visibilitySeconds, waitSeconds: 10 });
    if (more.length === 0) return taken;
    taken.push(...more);
  }
  return taken;
}

/** What is there after a moment in which the broker could have sent more. */
export function takeRest(
  subscription: TopicSubscription,
  waitSeconds = 0.3,
): Promise<readonly TopicMessage[]> {
  return subscription.receive({ max: 1000, visibilitySeconds: 30, waitSeconds });
}
