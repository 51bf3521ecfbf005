// What a driver of the mail port must do: hand one mail, checked and complete, to who delivers it.

export interface OutgoingMail {
  /** One address each, a name before it allowed: `ops@example.org`, `Operations <ops@example.org>`. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** None that the driver writes itself, and no line breaks. */
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the `Message-ID`: the same for each attempt at the same mail. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** An address that whoever delivers does not take, while others were taken. */
export interface RefusedAddress {
  readonly address: string;
  readonly reason: string;
}

export interface MailDriver {
  /**
   * Resolves when the mail was taken over for at least one address.
   * @throws {FunctionError} `unavailable` for what may succeed later, wrong credentials included, as the operator can
   *   mend these; `unprocessable` or `too_large` for what will not.
   */
  send(mail: OutgoingMail): Promise<readonly RefusedAddress[]>;
  close(): Promise<void>;
}
