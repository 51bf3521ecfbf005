// An app's topics: where devices reach them, whom they start, and a form to publish.
import type { AppState } from "@faasade/local/control-api";
import { Disclosure } from "../parts/disclosure.tsx";
import { PublishForm } from "../try/publish.tsx";

export function Topics({ app }: { readonly app: AppState }) {
  if (app.topics.length === 0) return null;
  return (
    <>
      <h3>Topics</h3>
      <ul class="keeps">
        {app.topics.map(({ name, address, subscribers }) => (
          <li key={name}>
            <h4>{name}</h4>
            <p class="quiet">
              Devices publish on <code>{address}/…</code>
              {subscribers.length === 0
                ? "; nothing subscribes here."
                : `; starts ${subscribers.join(", ")}.`}
            </p>
            <Disclosure
              summary={
                <>
                  Publish a message<span class="unseen"> on {name}</span>
                </>
              }
            >
              {() => <PublishForm topic={name} />}
            </Disclosure>
          </li>
        ))}
      </ul>
    </>
  );
}
