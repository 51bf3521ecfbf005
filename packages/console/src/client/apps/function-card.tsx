// One function: what starts it, what it may touch, how it has done, and a way to try it.
import type { AppState, FunctionState } from "@faasade/local/control-api";
import { count } from "../format.ts";
import { Disclosure } from "../parts/disclosure.tsx";
import { TryIt } from "../try/try-it.tsx";
import { Depth } from "./depth.tsx";
import { TriggerWords } from "./trigger-words.tsx";

interface FunctionCardProps {
  readonly app: AppState;
  readonly fn: FunctionState;
}

export function FunctionCard({ app, fn }: FunctionCardProps) {
  const { name, deliveries, invocations, refused, failures } = fn;
  return (
    <li class="card">
      <h4 id={`fn-${app.name}-${name}`}>{name}</h4>
      <TriggerWords fn={fn} />
      <p class="counts">
        {count(invocations, "invocation")} · {refused > 0 && `${count(refused, "refusal")} · `}
        <span class={failures > 0 ? "failing" : ""}>
          {failures > 0 && <span aria-hidden="true">✕ </span>}
          {count(failures, "failure")}
        </span>
        {deliveries !== undefined && <Depth of={deliveries} label="Deliveries" />}
      </p>
      <Grants fn={fn} />
      <Disclosure
        class="try"
        summary={
          <>
            Try it<span class="unseen">: {name}</span>
          </>
        }
      >
        {() => <TryIt app={app} fn={fn} />}
      </Disclosure>
    </li>
  );
}

/** What the trigger grants is said by the trigger's words already. */
function Grants({ fn }: { readonly fn: FunctionState }) {
  const grants = fn.grants.filter(({ access }) => access !== "trigger");
  if (grants.length === 0) return <p class="grants quiet">Touches nothing else.</p>;
  return (
    <ul class="grants" aria-label={`What ${fn.name} may touch`}>
      {grants.map(({ kind, name, access }) => (
        <li key={`${kind}:${name}:${access}`} title={kind}>
          {accessWords[access] ?? access} <code>{name}</code>
          <span class="unseen"> ({kind})</span>
        </li>
      ))}
    </ul>
  );
}

const accessWords: Readonly<Record<string, string>> = {
  read: "reads",
  write: "writes",
  readWrite: "reads and writes",
  send: "sends to",
  call: "calls",
};
