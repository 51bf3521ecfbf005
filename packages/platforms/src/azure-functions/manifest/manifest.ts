// The Bicep file of an app and the files of its host: pure, and the same for the same deployment.
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { addGrants } from "./grants.ts";
import { hostFiles } from "./host-files.ts";
import { checkLimits } from "./limits.ts";
import { addMessageSources } from "./messages.ts";
import { addSubscriptions } from "./objects.ts";
import { planOf } from "./plan.ts";
import { addSite } from "./site.ts";

/** @throws {ManifestRefusal} for what Azure Functions cannot do. */
export function manifest(
  deployment: Deployment,
  platform: Pick<Platform, "triggers" | "packagings">,
): ManifestFile[] {
  const plan = planOf(deployment, platform);
  checkLimits(plan, platform.triggers);
  addGrants(plan);
  addMessageSources(plan);
  addSubscriptions(plan);
  addSite(plan);
  const content = plan.template.toText(
    `${deployment.app} on stage ${deployment.stage}, for Azure Functions.`,
  );
  return [{ path: "main.bicep", content }, ...hostFiles(plan)];
}
