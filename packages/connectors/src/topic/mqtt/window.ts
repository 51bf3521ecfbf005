// The messages a subscriber has received and not acknowledged: each is hidden, shown again or ended by itself.
import type { TopicMessage } from "../driver.ts";

export interface Arrival {
  readonly id: string;
  /** Undefined for what nobody wants acknowledged. */
  readonly packetId: number | undefined;
  readonly body: Uint8Array;
  readonly subject: string | undefined;
}

interface Held extends Arrival {
  packetId: number | undefined;
  /** Which connection its packet id belongs to. */
  connection: number;
  readonly place: number;
  readonly sentAt: number;
  attempt: number;
  visibleAt: number;
  isOut: boolean;
}

/** What the broker is to be told of, over the connection it came by. */
export interface Due {
  readonly packetId: number;
  readonly connection: number;
}

export class Window {
  /** By id, in the order of arrival. */
  readonly #held = new Map<string, Held>();
  /** Ended while its connection was gone: acknowledged as soon as the broker sends it again. */
  readonly #ended = new Set<string>();
  #place = 0;

  get size(): number {
    return this.#held.size;
  }

  /** @returns false when it was ended before, so that it is to be acknowledged and nothing else. */
  arrive(arrival: Arrival, connection: number, now: number): boolean {
    const { id, packetId } = arrival;
    if (this.#ended.delete(id)) return false;
    const known = this.#held.get(id);
    if (known !== undefined) Object.assign(known, { packetId, connection });
    else {
      this.#place += 1;
      const fresh = { place: this.#place, sentAt: now, attempt: 0, visibleAt: now, isOut: false };
      this.#held.set(id, { ...arrival, connection, ...fresh });
    }
    return true;
  }

  /** The broker has forgotten who subscribed: nothing that came before comes again. */
  forget(): void {
    this.#ended.clear();
  }

  take(max: number, now: number, visibilitySeconds: number): TopicMessage[] {
    const taken: TopicMessage[] = [];
    for (const held of this.#held.values()) {
      if (taken.length >= max) break;
      if (held.visibleAt > now) continue;
      held.visibleAt = now + visibilitySeconds * 1000;
      held.attempt += 1;
      held.isOut = true;
      taken.push(toMessage(held));
    }
    return taken;
  }

  /** When the next message is shown, in epoch milliseconds; undefined when none is hidden. */
  nextVisibleAt(): number | undefined {
    let next: number | undefined;
    for (const { visibleAt } of this.#held.values())
      if (next === undefined || visibleAt < next) next = visibleAt;
    return next;
  }

  /** The message of a receipt that still holds. */
  find(receipt: string): TopicMessage | undefined {
    const held = this.#find(receipt);
    return held === undefined ? undefined : toMessage(held);
  }

  hide(receipt: string, until: number): boolean {
    const held = this.#find(receipt);
    if (held !== undefined) Object.assign(held, { visibleAt: until, isOut: false });
    return held !== undefined;
  }

  /** Ends messages for good. @returns the receipts that held, and whom to tell, in the order of arrival. */
  end(receipts: readonly string[], connection: number): { held: string[]; due: Due[] } {
    const found = receipts.flatMap((receipt) => {
      const one = this.#find(receipt);
      return one === undefined ? [] : [{ receipt, one }];
    });
    for (const { one } of found) {
      this.#held.delete(one.id);
      if (one.packetId !== undefined && one.connection !== connection) this.#ended.add(one.id);
    }
    const due = found
      .toSorted((a, b) => a.one.place - b.one.place)
      .flatMap(({ one }) =>
        one.packetId === undefined ? [] : [{ packetId: one.packetId, connection: one.connection }],
      );
    return { held: [...new Set(found.map(({ receipt }) => receipt))], due };
  }

  #find(receipt: string): Held | undefined {
    const [id = "", attempt] = receipt.split(".");
    const held = this.#held.get(id);
    return held?.isOut === true && String(held.attempt) === attempt ? held : undefined;
  }
}

function toMessage({ id, body, subject, attempt, sentAt }: Held): TopicMessage {
  const about = subject === undefined ? {} : { subject };
  return { receipt: `${id}.${attempt}`, id, body, contentType: undefined, ...about, attempt, sentAt };
}
