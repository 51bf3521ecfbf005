// A real SMTP server that answers as a test wants, and what arrived there, decoded by another library.
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import type { Answer, ArrivedMail } from "../../src/mail/conformance.ts";

export interface SmtpTarget {
  readonly port: number;
  readonly arrived: ArrivedMail[];
  answer: Answer;
  close(): Promise<void>;
}

export async function startSmtpTarget({ secure = false } = {}): Promise<SmtpTarget> {
  const arrived: ArrivedMail[] = [];
  const refusal = (code: number): Error =>
    Object.assign(new Error("not now or never"), { responseCode: code });
  const server = new SMTPServer({
    secure,
    logger: false,
    authMethods: ["PLAIN"],
    allowInsecureAuth: true,
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    // A test that waits in vain must not keep the server open.
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      if (username === "robot" && password === "s3cret/word") done(null, { user: username });
      else done(Object.assign(new Error("Invalid login"), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      const { answer } = target;
      if (typeof answer === "object" && answer.at === "recipient" && answer.address === address)
        done(refusal(answer.code));
      else done();
    },
    async onData(stream, { envelope }, done) {
      const bytes = await buffer(stream);
      const { answer } = target;
      if (answer === "silence") return;
      if (typeof answer === "object" && answer.at === "content") return done(refusal(answer.code));
      const parsed = await simpleParser(bytes);
      arrived.push({
        from: parsed.from?.text ?? "",
        to: envelope.rcptTo.map(({ address }) => address),
        subject: parsed.subject ?? "",
        text: parsed.text ?? "",
        ...(parsed.html === false ? {} : { html: parsed.html }),
        messageId: parsed.messageId ?? "",
        date: parsed.date ?? new Date(0),
        headers: parsed.headers,
      });
      done();
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const target: SmtpTarget = {
    port: (server.server.address() as AddressInfo).port,
    arrived,
    answer: "take",
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return target;
}
