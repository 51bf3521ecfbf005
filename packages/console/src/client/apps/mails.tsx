// The mails that an app sent: kept here, delivered to nobody.
import type { AppState, MailContent, MailSummary } from "@faasade/local/control-api";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { readMail, readMails } from "../control.ts";
import { Disclosure } from "../parts/disclosure.tsx";
import { Empty, Text, Time } from "../parts/text.tsx";

const shown = 5;

export function Mails({ app }: { readonly app: AppState }) {
  const mails = useSignal<readonly MailSummary[]>([]);
  const failure = useSignal<string | undefined>(undefined);
  const kept = app.mails.reduce((sum, one) => sum + one.kept, 0);
  const { name } = app;
  useEffect(() => {
    if (kept === 0) return;
    let isOutdated = false;
    readMails(name, shown).then(
      (read) => {
        if (isOutdated) return;
        mails.value = read;
        failure.value = undefined;
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
    return () => {
      isOutdated = true;
    };
  }, [name, kept, mails, failure]);
  if (app.mails.length === 0) return null;
  return (
    <>
      <h3>Mails</h3>
      <p class="quiet">Kept here, delivered to nobody{kept > shown && `; the newest ${shown} of ${kept}`}.</p>
      {kept === 0 && <Empty>None was sent yet.</Empty>}
      {failure.value !== undefined && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      <ul class="keeps">
        {mails.value.map((mail) => (
          <li key={mail.id}>
            <h4>{mail.subject}</h4>
            <p class="quiet">
              To {mail.to.join(", ")} from {mail.from} at <Time at={mail.sentAt} />
            </p>
            <Disclosure
              summary={
                <>
                  Read it<span class="unseen"> {mail.subject}</span>
                </>
              }
            >
              {() => <Content id={mail.id} />}
            </Disclosure>
          </li>
        ))}
      </ul>
    </>
  );
}

function Content({ id }: { readonly id: string }) {
  const content = useSignal<MailContent | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(() => {
    readMail(id).then(
      (read) => {
        content.value = read;
      },
      (error: Error) => {
        failure.value = error.message;
      },
    );
  }, [id, content, failure]);
  if (failure.value !== undefined) return <p class="failure">{failure.value}</p>;
  if (content.value === undefined) return <p class="quiet">Asking the host…</p>;
  const { text, html, headers } = content.value;
  // What an app wrote is shown as text: HTML of its own would run as a part of this page.
  return (
    <>
      <Text of={text === "" ? (html ?? "") : text} label={`Mail ${id}`} />
      <Text of={headers.join("\n")} label={`Headers of mail ${id}`} />
    </>
  );
}
