// Knative and Kubernetes as places to deploy to, by kubectl: what stands is asked by label, and applied by the server.
import type { Change, Need, Place, StageId, Standing, Step, Target, Wanted } from "../target.ts";
import { checksOf } from "./checks.ts";
import { compare } from "./compare.ts";
import { deploying } from "./deploying.ts";
import { destroying, unaskedSteps } from "./destroying.ts";
import { imageNeeds } from "./images.ts";
import { type Kubectl, kubectlAt } from "./kubectl.ts";
import { readRemembered } from "./ledger-object.ts";
import { look } from "./look.ts";
import { refuseSomebodyElses } from "./namespace.ts";
import { type Overlay, writeOverlay } from "./overlay.ts";
import { options } from "./place.ts";
import { needsOf, refusePasswords, settingsIn, splitValues } from "./variables.ts";

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
      if (standing.state !== "unknown") await refuseSomebodyElses(kubectlAt(place), wanted.id, place);
      return compare(kubectlAt(place), (await prepare(wanted, standing, place)).overlay, standing);
    },
    async needs(wanted, standing, place): Promise<readonly Need[]> {
      const { objects, images } = (await prepare(wanted, standing, place)).overlay;
      const asked = standing.state !== "unknown";
      return [
        ...imageNeeds(images),
        ...(await needsOf(kubectlFor(standing, place), wanted, objects, place, asked)),
      ];
    },
    async deploying(wanted, standing, place): Promise<readonly Step[]> {
      return deploying(
        kubectlFor(standing, place),
        wanted,
        standing,
        place,
        await prepare(wanted, standing, place),
      );
    },
    destroying: async (id: StageId, standing, place, how) =>
      standing.state === "unknown"
        ? unaskedSteps(kubectlFor(standing, place), id, place, how)
        : destroying(kubectlAt(place), id, standing, place, how),
    async open(ledger, place) {
      const { openStage } = await import("./stage/open.ts");
      return openStage(ledger, place);
    },
    witness: async (place) => (await import("./witness.ts")).witness(place),
  };
}

/** Of a cluster that could not be asked, commands are only read. */
function kubectlFor({ state }: Standing, place: Place): Kubectl {
  return kubectlAt(state === "unknown" ? { context: "<context>", ...place } : place);
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
  const asked = standing.state === "unknown" ? undefined : kubectl;
  const plain = await writeOverlay(asked, wanted, place, {});
  const { settings } = splitValues(plain.objects, given);
  // Before it is written anywhere.
  refusePasswords(wanted, { ...settingsIn(plain.objects), ...settings });
  const overlay =
    Object.keys(settings).length === 0 ? plain : await writeOverlay(asked, wanted, place, settings);
  return { overlay, values: settings };
}
