// One app: what it is, how it does, its functions, and what it keeps.
import type { AppState } from "@faasade/local/control-api";
import { CopyButton } from "../parts/buttons.tsx";
import { Empty, WebLink } from "../parts/text.tsx";
import { FunctionCard } from "./function-card.tsx";
import { Mails } from "./mails.tsx";
import { Databases, Queues } from "./queues.tsx";
import { Stores } from "./stores.tsx";
import { Topics } from "./topics.tsx";

const stateSigns: Readonly<Record<AppState["state"], string>> = {
  starting: "◌",
  ready: "●",
  restarting: "↻",
  failed: "✕",
  gone: "✕",
};

export function AppSection({ app }: { readonly app: AppState }) {
  const { name, state, problem } = app;
  return (
    <section class="app" id={`app-${name}`} aria-labelledby={`title-${name}`} tabIndex={-1}>
      <div class="app-head">
        <h2 id={`title-${name}`}>{name}</h2>
        <p class={`state ${state}`}>
          <span aria-hidden="true">{stateSigns[state]} </span>
          {state}
        </p>
        {app.page !== undefined && <WebLink to={app.page}>Open its page</WebLink>}
      </div>
      {app.description !== "" && <p class="description">{app.description}</p>}
      {problem !== undefined && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
      {app.try !== undefined && (
        <p class="command">
          <code>{app.try}</code> <CopyButton text={app.try} what={`the line to try ${name}`} />
        </p>
      )}
      <h3>Functions</h3>
      {app.functions.length === 0 && (
        <Empty>
          None yet. Make one with <code>npm run faasade -- new function {name} my-function</code>.
        </Empty>
      )}
      <ul class="cards">
        {app.functions.map((fn) => (
          <FunctionCard key={fn.name} app={app} fn={fn} />
        ))}
      </ul>
      <Stores app={app} />
      <Queues app={app} />
      <Topics app={app} />
      <Databases app={app} />
      <Mails app={app} />
    </section>
  );
}
