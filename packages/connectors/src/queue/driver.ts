// What a driver of the queue port must do: competing consumers, a visibility timeout, a dead letter with its reason.

export interface OutgoingMessage {
  /** The whole message as it travels: a CloudEvent in structured JSON, or bare bytes for `format: "raw"`. */
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Two messages with the same id are one while the first is in the queue or its dead letter. */
  readonly id: string;
  readonly delaySeconds?: number;
}

export interface ReceivedMessage {
  /** Names this delivery; outdated as soon as the message is delivered again. */
  readonly receipt: string;
  readonly id: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** 1 on the first delivery. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

export interface DeadLetter {
  readonly id: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly attempts: number;
  readonly reason: string;
  readonly sentAt: number;
  readonly deadAt: number;
}

export interface QueueDepth {
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  readonly dead: number;
}

export interface QueueDriver {
  /** All or none. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Hides what it returns for `visibilitySeconds`. Waits up to `waitSeconds` for a first message. */
  receive(options: {
    readonly max: number;
    readonly visibilitySeconds: number;
    readonly waitSeconds?: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly ReceivedMessage[]>;
  /** Removes messages for good; outdated receipts are passed over. @returns the receipts that still held. */
  acknowledge(receipts: readonly string[]): Promise<readonly string[]>;
  /** Makes a message visible again after a delay. @returns whether the receipt still held. */
  release(receipt: string, delaySeconds: number): Promise<boolean>;
  /** Hides a message for longer. @returns whether the receipt still held. */
  extend(receipt: string, visibilitySeconds: number): Promise<boolean>;
  /** Moves a message to the dead letter with its reason. @returns whether the receipt still held. */
  bury(receipt: string, reason: string): Promise<boolean>;
  deadLetters(options: { readonly after?: string; readonly limit: number }): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back, with their attempts counted anew. @returns the ids that were there. */
  replay(ids: readonly string[]): Promise<readonly string[]>;
  depth(): Promise<QueueDepth>;
  close(): Promise<void>;
}
