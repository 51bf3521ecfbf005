// An app's queues with their depth, and its databases.
import type { AppState } from "@faasade/local/control-api";
import { Disclosure } from "../parts/disclosure.tsx";
import { MessageForm } from "../try/message.tsx";
import { Depth } from "./depth.tsx";

export function Queues({ app }: { readonly app: AppState }) {
  if (app.queues.length === 0) return null;
  return (
    <>
      <h3>Queues</h3>
      <ul class="keeps">
        {app.queues.map((queue) => (
          <li key={queue.name} class="queue">
            <h4>{queue.name}</h4>
            <Depth of={queue} label="Depth" />
            <Disclosure
              summary={
                <>
                  Send a message<span class="unseen"> to {queue.name}</span>
                </>
              }
            >
              {() => <MessageForm queue={queue.name} />}
            </Disclosure>
          </li>
        ))}
      </ul>
    </>
  );
}

export function Databases({ app }: { readonly app: AppState }) {
  if (app.databases.length === 0) return null;
  return (
    <>
      <h3>Databases</h3>
      <ul class="keeps">
        {app.databases.map((name) => (
          <li key={name}>
            <h4>{name}</h4>
            <p class="quiet">
              Ask it with{" "}
              <code>
                npm run faasade -- sql {name.includes("/") ? name : `${app.name}/${name}`} "select 1"
              </code>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
