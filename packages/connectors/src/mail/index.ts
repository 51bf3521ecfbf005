// The mail port: sends mails from the address that the operator chose.
import { type Ambient, FunctionError, type Resource } from "@faasade/core";
import { checkName } from "@faasade/core/adapter";
import { checkMail, type Mail } from "./check.ts";
import type { MailDriver, RefusedAddress } from "./driver.ts";

export { isAddress, type Mail, maxMailBytes, mostRecipients } from "./check.ts";
export type { MailDriver, OutgoingMail, RefusedAddress } from "./driver.ts";

export interface SendMailOptions {
  /**
   * Makes the `Message-ID`: give the event's id, and who receives a mail twice can tell. Default: a new id.
   */
  readonly id?: string;
}

export interface SentMail {
  readonly id: string;
  /** Addresses that were not taken, while others were. */
  readonly refused: readonly RefusedAddress[];
}

export interface MailSender {
  /**
   * Resolves when the mail was taken over, which is not yet delivered. A mail may be sent twice when the answer is lost.
   * @throws {FunctionError} `invalid` before anything is sent; `unavailable` for what may succeed later;
   *   `unprocessable` or `too_large` when no address was taken and none will be.
   */
  send(mail: Mail, options?: SendMailOptions): Promise<SentMail>;
}

export interface MailResource extends Resource<"mail", { send: MailSender }> {}

/** Names what mails are sent by: `mail("reports")` is opened from `REPORTS_URL`, which says from whom they come. */
export function mail(name: string): MailResource {
  return {
    kind: "mail",
    name: checkName("mail", name),
    connect: (driver, _access, ambient) => connect(driver as MailDriver, ambient),
  };
}

function connect(driver: MailDriver, ambient: Ambient): MailSender {
  return {
    async send(given, { id = ambient.ids.next() } = {}) {
      const to = checkMail(given);
      const { subject, text, html, headers = {} } = given;
      const sentAt = ambient.clock.now();
      const outgoing = { id, to, subject, text, headers, sentAt, ...(html === undefined ? {} : { html }) };
      const refused = await withinDeadline(driver.send(outgoing), ambient.signal);
      return { id, refused };
    },
  };
}

/** Whether the mail was taken is not known then: it may be sent again. */
function withinDeadline<Value>(sending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void =>
    reject(new FunctionError("timeout", "Cannot wait for the mail to be taken: the deadline is reached."));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([sending, promise]).finally(() => signal.removeEventListener("abort", abort));
}
