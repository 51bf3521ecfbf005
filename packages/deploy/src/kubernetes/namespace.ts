// The namespace of a stage's own: made with the stage's labels, and never taken over from somebody else.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Place, StageId } from "../target.ts";
import type { Kubectl } from "./kubectl.ts";
import { namespaceAt } from "./look.ts";
import { deploymentLabel, namespaceOf } from "./place.ts";

/** Taken over, it would be removed with the stage, and whatever else it holds. @throws {Refusal} */
export async function refuseSomebodyElses(kubectl: Kubectl, id: StageId, place: Place): Promise<void> {
  const name = namespaceOf(id, place);
  // One of another name is known to be somebody else's, and stays.
  if (name !== id.name) return;
  const { exists, own } = await namespaceAt(kubectl, id, name);
  if (!exists || own) return;
  throw new Refusal(
    `Cannot deploy ${id.app} to the namespace ${name}: it is there already, and no deployment of this stage made it. ` +
      "Choose another stage, or say --place namespace=<another> for one that stays when the stage goes; if it may go with " +
      `the stage, say so once: kubectl label namespace ${name} ${deploymentLabel}=${id.name}`,
  );
}

/** Before anything is put into it that has to be there first. */
export async function ensureNamespace(kubectl: Kubectl, id: StageId, place: Place): Promise<void> {
  await refuseSomebodyElses(kubectl, id, place);
  const { name } = id;
  const labels = { "faasade-app": id.app, "faasade-stage": id.stage, [deploymentLabel]: name };
  await kubectl.run(["apply", "--server-side", "--field-manager=faasade-secrets", "--filename=-"], {
    to: `make the namespace ${name}`,
    input: JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }),
  });
}
