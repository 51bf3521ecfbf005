// What came of something tried, as it comes.

import { ChainTree } from "../activity/chain-tree.tsx";
import { chainFrom, rootOf } from "../causes.ts";
import { causes } from "../state.ts";

/** @param ids events or invocations, which the journal may not have told yet. */
export function Effects({ ids }: { readonly ids: readonly string[] }) {
  const known = ids.filter((id) => causes.value.entries.has(id));
  const roots = new Set(known.map((id) => rootOf(causes.value, id)));
  return (
    <div class="effects">
      <h5>What came of it</h5>
      {roots.size === 0 && <p class="quiet">Waiting for the journal…</p>}
      {[...roots].map((id) => (
        <ChainTree key={id} chain={chainFrom(causes.value, id)} />
      ))}
    </div>
  );
}
