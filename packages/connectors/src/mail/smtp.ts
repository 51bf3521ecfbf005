// Mail by SMTP: one connection a mail, over TLS unless it stays on this machine.
import { createHash } from "node:crypto";
import { FunctionError } from "@faasade/core";
import type { MailDriver, OutgoingMail, RefusedAddress } from "./driver.ts";
import { readSmtpUrl, type SmtpTarget } from "./smtp-url.ts";

type NodeMailer = typeof import("nodemailer");

const connectMilliseconds = 10_000;
const silenceMilliseconds = 30_000;

/** The library is loaded with the first mail. @throws {Error} for a URL that cannot be used. */
export function open(url: string): MailDriver {
  const target = readSmtpUrl(url);
  let transport: Promise<ReturnType<NodeMailer["createTransport"]>> | undefined;
  return {
    async send(mail) {
      transport ??= connect(target);
      try {
        const { rejectedErrors = [] } = (await (await transport).sendMail(messageOf(mail, target.from))) as {
          rejectedErrors?: readonly SmtpFailure[];
        };
        return rejectedErrors.map(refusalOf);
      } catch (thrown) {
        throw toFunctionError(thrown as SmtpFailure);
      }
    },
    async close() {
      (await transport)?.close();
    },
  };
}

async function connect({ host, port, tls, credentials }: SmtpTarget) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    host,
    port,
    secure: tls === "start",
    requireTLS: tls === "upgrade",
    ignoreTLS: tls === "none",
    ...(credentials === undefined ? {} : { auth: credentials }),
    connectionTimeout: connectMilliseconds,
    greetingTimeout: connectMilliseconds,
    dnsTimeout: connectMilliseconds,
    socketTimeout: silenceMilliseconds,
    // What a mail holds must never be a path or URL that is read here.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function messageOf({ to, subject, text, html, headers, id, sentAt }: OutgoingMail, from: string) {
  const domain = /@([^@>]+)>?$/.exec(from)?.[1] ?? "localhost";
  // An id may hold anything; a Message-ID may not.
  const local = /^[A-Za-z0-9.-]{1,100}$/.test(id) ? id : createHash("sha256").update(id).digest("hex");
  return {
    from,
    to: [...to],
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    headers: { ...headers },
    messageId: `<${local}@${domain}>`,
    date: new Date(sentAt),
  };
}

/** What nodemailer throws; `responseCode` is the server's, where it said anything. */
interface SmtpFailure extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly recipient?: string;
}

/** Replies that a change of the credentials or of the account mends: RFC 4954, and 530 for TLS that is wanted first. */
const operatorsReplies = new Set([530, 534, 535, 538]);

function toFunctionError(failure: SmtpFailure): FunctionError {
  const { code = "", responseCode = 0, response } = failure;
  const reason = response?.split(/\r?\n/, 1)[0] ?? failure.message;
  const said = `Cannot send a mail: ${reason.slice(0, 500)}.`;
  const options = { cause: failure };
  if (code === "ETIMEDOUT") return new FunctionError("timeout", said, options);
  // RFC 5321 4.2.1: the first digit alone says whether to try again.
  if (responseCode < 500 || operatorsReplies.has(responseCode) || code === "EAUTH")
    return new FunctionError("unavailable", said, options);
  return new FunctionError(responseCode === 552 ? "too_large" : "unprocessable", said, options);
}

function refusalOf({ recipient = "", response, message }: SmtpFailure): RefusedAddress {
  return { address: recipient, reason: response ?? message };
}
