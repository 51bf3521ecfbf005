// The services of an app and the script that deploys it: pure, and the same for the same deployment.
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { addServices } from "./cloud-run.ts";
import { addEvents } from "./events.ts";
import { addAccounts } from "./grants.ts";
import { checkLimits } from "./limits.ts";
import { planOf } from "./plan.ts";
import { refused } from "./refusal.ts";

/** @throws {ManifestRefusal} for what Google Cloud cannot do. */
export function manifest(
  deployment: Deployment,
  { triggers, packagings }: Pick<Platform, "triggers" | "packagings">,
): ManifestFile[] {
  const packaging = packagings[deployment.packaging];
  if (packaging === undefined)
    throw refused(
      undefined,
      `it knows no packaging ${deployment.packaging}`,
      `Use one of: ${Object.keys(packagings).join(", ")}`,
    );
  const plan = planOf(deployment, packaging);
  checkLimits(plan, triggers);
  const services = addServices(plan);
  addAccounts(plan);
  addEvents(plan);
  const title = `Deploys ${deployment.app} on stage ${deployment.stage} to Google Cloud, with gcloud.`;
  return [...services, { path: "deploy.sh", content: plan.script.toText(title) }];
}
