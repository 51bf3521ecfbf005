// What must be true of a queue, as far as its target lets anybody know.
import type { QueueCapabilities } from "../conformance.ts";

interface ModelMessage {
  visibleAt: number;
  attempts: number;
  /** Of the delivery that may still be acknowledged. */
  receipt: string | undefined;
}

export interface Receipt {
  readonly receipt: string;
  readonly id: string;
  /** Which consumer got it. */
  readonly by: number;
}

export class Model {
  readonly capabilities: QueueCapabilities;
  readonly live = new Map<string, ModelMessage>();
  readonly dead = new Map<string, { attempts: number; reason: string }>();
  /** Every receipt ever handed out, with its message. */
  readonly receipts: Receipt[] = [];
  readonly #sent = new Map<string, number>();

  constructor(capabilities: QueueCapabilities) {
    this.capabilities = capabilities;
  }

  /** The id that a letter stands for in what is sent: a new one each time, where ids are not kept apart for good. */
  send(letter: string): string {
    this.#sent.set(letter, (this.#sent.get(letter) ?? 0) + 1);
    return this.idOf(letter);
  }

  idOf(letter: string): string {
    return this.capabilities.deduplication === "while-kept"
      ? letter
      : `${letter}${this.#sent.get(letter) ?? 0}`;
  }

  isHeld(receipt: string, id: string): boolean {
    return this.live.get(id)?.receipt === receipt;
  }

  /** Whether nobody can say what a receipt does: past its time, or of a message that was released, settled or buried. */
  isUnclear({ receipt, id }: Receipt, now: number): boolean {
    if (this.capabilities.receipts === "exact") return false;
    const message = this.live.get(id);
    return message === undefined || message.visibleAt <= now || message.receipt !== receipt;
  }
}
