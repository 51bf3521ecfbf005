// Who is told what: the output of a run as cron mails it, and that a job is silent.
import type { MailSender } from "@faasade/connectors/mail";
import { iso, type Job, type Run } from "./job.ts";
import type { Ledger } from "./ledger.ts";
import type { Seen } from "./ledger-reader.ts";
import { isSilent } from "./state.ts";

/** Whether its crontab wants to be told of this end. */
export function wantsMail(
  { mailTo, mailOn }: Job,
  { status, tail = "" }: Pick<Run, "status" | "tail">,
): boolean {
  if (mailTo.length === 0 || mailOn === "never") return false;
  return (
    status === "failed" || status === "interrupted" || (mailOn === "output" && status === "ok" && tail !== "")
  );
}

/** Sends what is owed. A mail whose answer is lost comes twice, with the same Message-ID. */
export async function mailRun(job: Job, seen: Seen<Run>, ledger: Ledger, notices: MailSender): Promise<void> {
  const run = seen.value;
  if (run.mail !== "owed") return;
  const { status, reason, tail = "", due, startedAt = "never", endedAt = "never", line } = run;
  const about = [`Job:      ${line}`, `Due:      ${due}`, `Started:  ${startedAt}`, `Ended:    ${endedAt}`];
  const why = reason === undefined ? [] : [`Reason:   ${reason}`];
  await notices.send(
    {
      to: job.mailTo,
      subject: `Cron ${status === "ok" ? "" : `${status}: `}${job.name}`,
      text: [...(tail === "" ? [] : [tail.trimEnd(), ""]), ...about, ...why, ""].join("\n"),
      headers: { "X-Cron-Job": job.name, "Auto-Submitted": "auto-generated" },
    },
    { id: `${job.name}@${due}` },
  );
  await ledger.replace(seen, { ...run, mail: "sent" });
}

/** The dead man's switch. Each silence is told once: from the last success on. */
export async function alertSilence(
  job: Job,
  { ledger, notices, now }: { ledger: Ledger; notices: MailSender; now: number },
): Promise<void> {
  const state = (await ledger.state(job.name))?.value;
  if (state === undefined || !isSilent(state, job, now)) return;
  const since = state.lastSuccessAt ?? state.seenAt;
  if (state.alertedFor === since) return;
  if (job.mailTo.length > 0)
    await notices.send(
      {
        to: job.mailTo,
        subject: `Cron silent: ${job.name}`,
        text: `${job.line}\nhas not succeeded since ${iso(since)}.\n`,
        headers: { "X-Cron-Job": job.name, "Auto-Submitted": "auto-generated" },
      },
      { id: `silent/${job.name}@${iso(since)}` },
    );
  await ledger.change(job.name, (known) => known && { ...known, alertedFor: since });
}
