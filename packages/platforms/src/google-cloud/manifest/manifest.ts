// The services of an app and the script that deploys it: pure, and the same for the same deployment.
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { addServices } from "./cloud-run.ts";
import { addEvents } from "./events.ts";
import { addAccounts } from "./grants.ts";
import { checkLimits } from "./limits.ts";
import { planOf } from "./plan.ts";

/** @throws {ManifestRefusal} for what Google Cloud cannot do. */
export function manifest(
  deployment: Deployment,
  platform: Pick<Platform, "triggers" | "packagings">,
): ManifestFile[] {
  const plan = planOf(deployment, platform);
  checkLimits(plan, platform.triggers);
  const services = addServices(plan);
  addAccounts(plan);
  addEvents(plan);
  const title = `Deploys ${deployment.app} on stage ${deployment.stage} to Google Cloud, with gcloud.`;
  return [...services, { path: "deploy.sh", content: plan.script.toText(title) }];
}
