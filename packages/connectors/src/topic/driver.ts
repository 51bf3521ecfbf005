// What a driver of the topic port must do: hand messages to a broker, and where that pushes nothing, take them from it.

export interface OutgoingMessage {
  /** The whole message as it travels: a CloudEvent in structured JSON, or bare bytes for `format: "raw"`. */
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly id: string;
  /** What the message is about, such as the device that measured. */
  readonly key?: string;
}

export interface TopicMessage {
  /** Names this delivery; outdated as soon as the message is delivered again. */
  readonly receipt: string;
  /** The same at each delivery. */
  readonly id: string;
  readonly body: Uint8Array;
  /** Absent where the transport does not say. */
  readonly contentType: string | undefined;
  /** The key it was sent with. */
  readonly subject?: string;
  /** 1 on the first delivery that this subscription knows of. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** One subscriber's copy of everything that is sent; it goes on where it was after a crash. */
export interface TopicSubscription {
  /** Hides what it returns for `visibilitySeconds`. Waits up to `waitSeconds` for a first message. */
  receive(options: {
    readonly max: number;
    readonly visibilitySeconds: number;
    readonly waitSeconds?: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly TopicMessage[]>;
  /** Tells the broker that these are done, each by itself. @returns the receipts that still held. */
  acknowledge(receipts: readonly string[]): Promise<readonly string[]>;
  /** Delivers a message again after a delay. @returns whether the receipt still held. */
  release(receipt: string, delaySeconds: number): Promise<boolean>;
  /** Keeps a message with its reason where an operator finds it, and ends it. @returns whether the receipt held. */
  bury(receipt: string, reason: string): Promise<boolean>;
  /** What is not acknowledged comes again to whoever subscribes next under the same name. */
  close(): Promise<void>;
}

export interface TopicDriver {
  /** Resolves when the broker has every message. @throws {FunctionError} `unavailable`, `forbidden`, `unauthenticated`. */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Absent where the platform itself starts functions. @param subscriber `app/function`; each gets every message. */
  subscribe?(subscriber: string): TopicSubscription;
  close(): Promise<void>;
}
