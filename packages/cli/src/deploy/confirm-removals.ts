// Asks before a deployment removes what stands.
import type { DeploymentPlan } from "@faasade/deploy";
import { confirm } from "../confirm.ts";

/** @throws {CommandFailure} when nobody is at the keyboard, or the answer is not yes. */
export async function confirmRemovals({ changes, wanted }: DeploymentPlan): Promise<void> {
  const removed = changes.filter(({ what }) => what === "remove").map(({ type, name }) => `${type} ${name}`);
  if (removed.length > 0) await confirm(`remove ${removed.join(", ")} of ${wanted.id.name}`);
}
