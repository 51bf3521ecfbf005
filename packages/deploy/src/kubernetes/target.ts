// Knative and Kubernetes as places to deploy to, by kubectl: what stands is asked by label, and applied by the server.
import type { Change, Need, Place, StageId, Standing, Step, Target, Wanted } from "../target.ts";
import { checksOf } from "./checks.ts";
import { compare } from "./compare.ts";
import { deploying } from "./deploying.ts";
import { destroying } from "./destroying.ts";
import { type Kubectl, kubectlAt } from "./kubectl.ts";
import { readRemembered } from "./ledger-object.ts";
import { look } from "./look.ts";
import { type Overlay, writeOverlay } from "./overlay.ts";
import { options } from "./place.ts";
import { needsOf, splitValues } from "./variables.ts";

export function targetOf(platform: "knative" | "kubernetes"): Target {
  const prepared = new WeakMap<Wanted, Promise<Prepared>>();
  const prepare = (wanted: Wanted, standing: Standing, place: Place): Promise<Prepared> => {
    const known = prepared.get(wanted) ?? prepareOverlay(kubectlAt(place), wanted, standing, place);
    prepared.set(wanted, known);
    return known;
  };
  return {
    platforms: [platform],
    options,
    async settle(place) {
      if (place["context"] !== undefined) return place;
      const asked = kubectlAt(place).run(["config", "current-context"], {
        to: "ask for the current context",
      });
      // Whoever has none, or no kubectl, is told so by what comes next.
      const context = (await asked.catch(() => "")).trim();
      return context === "" ? place : { ...place, context };
    },
    checks: (place) => checksOf(kubectlAt(place), platform, place),
    look: (id, place) => look(kubectlAt(place), id, place),
    async compare(wanted, standing, place): Promise<readonly Change[]> {
      return compare(kubectlAt(place), (await prepare(wanted, standing, place)).overlay, standing);
    },
    async needs(wanted, standing, place): Promise<readonly Need[]> {
      const { objects } = (await prepare(wanted, standing, place)).overlay;
      return needsOf(kubectlAt(place), wanted, objects, place, standing.state !== "unknown");
    },
    async deploying(wanted, standing, place): Promise<readonly Step[]> {
      return deploying(kubectlAt(place), wanted, standing, place, await prepare(wanted, standing, place));
    },
    destroying: (id: StageId, standing, place, how) => destroying(kubectlAt(place), id, standing, place, how),
    async open(ledger, place) {
      const { openStage } = await import("./stage/open.ts");
      return openStage(ledger, place);
    },
  };
}

interface Prepared {
  readonly overlay: Overlay;
  readonly values: Readonly<Record<string, string>>;
}

/** Twice where values are given: which of them are settings, the manifests say. */
async function prepareOverlay(
  kubectl: Kubectl,
  wanted: Wanted,
  standing: Standing,
  place: Place,
): Promise<Prepared> {
  const remembered =
    standing.ledger === undefined ? undefined : await readRemembered(kubectl, wanted.id, place);
  const given = { ...remembered?.values, ...wanted.values };
  const plain = await writeOverlay(kubectl, wanted, place, {});
  const { settings } = splitValues(plain.objects, given);
  if (Object.keys(settings).length === 0) return { overlay: plain, values: settings };
  return { overlay: await writeOverlay(kubectl, wanted, place, settings), values: settings };
}
