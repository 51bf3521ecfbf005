// What came of something tried, as it comes.

import { ChainTree } from "../activity/chain-tree.tsx";
import { chainFrom, rootOf } from "../causes.ts";
import { causes } from "../state.ts";
import { Pictures } from "./pictures.tsx";

interface EffectsProps {
  /** Events or invocations, which the journal may not have told yet. */
  readonly ids: readonly string[];
  /** One level below the heading it stands under. */
  readonly heading?: "h3" | "h5";
}

export function Effects({ ids, heading: Heading = "h5" }: EffectsProps) {
  const known = ids.filter((id) => causes.value.entries.has(id));
  const roots = new Set(known.map((id) => rootOf(causes.value, id)));
  const chains = [...roots].map((id) => chainFrom(causes.value, id));
  return (
    <div class="effects">
      <Heading>What came of it</Heading>
      {chains.length === 0 && <p class="quiet">Waiting for the journal…</p>}
      <Pictures chains={chains} />
      {chains.map((chain) => (
        <ChainTree key={chain.id} chain={chain} />
      ))}
    </div>
  );
}
