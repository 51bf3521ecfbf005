// Which messages were taken before: a client that lost its connection sends again what it got no answer to.
import { deterministicId } from "@faasade/core/cloudevents";

export interface Sending {
  readonly client: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Absent for what wants no answer. */
  readonly messageId: number | undefined;
  /** The client says that it may have sent it before. */
  readonly isAgain: boolean;
}

const remembered = 10_000;

export class SeenBefore {
  readonly #ids = new Map<string, string>();

  /**
   * The id of a message: a new one, but for what is sent again. That is known only while this world runs, so that one
   * sent again after a crash may come twice, and two that are equal are never taken for one.
   */
  idOf({ client, topic, payload, messageId, isAgain }: Sending): string {
    if (messageId === undefined) return crypto.randomUUID();
    const sending = deterministicId(
      client,
      topic,
      String(messageId),
      Buffer.from(payload).toString("latin1"),
    );
    const known = isAgain ? this.#ids.get(sending) : undefined;
    if (known !== undefined) return known;
    const id = crypto.randomUUID();
    this.#ids.delete(sending);
    this.#ids.set(sending, id);
    if (this.#ids.size > remembered)
      for (const oldest of this.#ids.keys()) {
        this.#ids.delete(oldest);
        break;
      }
    return id;
  }
}
