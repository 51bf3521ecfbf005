// The labels on everything that belongs to a deployment.
import type { Refuse } from "./refusal.ts";

export interface Labels {
  readonly "faasade-app": string;
  readonly "faasade-stage": string;
  readonly "faasade-deployment": string;
}

export interface LabelRules {
  /** What begins with the app's name is called after it, and some platforms want a letter there. */
  readonly letterFirst?: boolean;
  /** Where a deployment's name is part of a longer one. */
  readonly mostOfDeployment?: number;
}

/** @throws {ManifestRefusal} where app, stage or both together are no label: `[a-z0-9-]`, at most 63 characters. */
export function labelsOf(
  refuse: Refuse,
  { app, stage }: { readonly app: string; readonly stage: string },
  { letterFirst = false, mostOfDeployment = 63 }: LabelRules = {},
): Labels {
  const deployment = `${app}-${stage}`;
  for (const [what, value] of Object.entries({ app, stage, deployment })) {
    const most = what === "deployment" ? mostOfDeployment : 63;
    const begins = !letterFirst || what === "stage" || /^[a-z]/.test(value);
    if (begins && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value) && value.length <= most) continue;
    throw refuse(
      undefined,
      `its label faasade-${what} would be ${JSON.stringify(value)}, and that is a-z, 0-9 and "-", at most ${most} characters${letterFirst ? ", the app's a letter first" : ""}`,
      what === "app" ? "Rename the app" : "Choose a shorter or plainer name for the stage",
    );
  }
  return { "faasade-app": app, "faasade-stage": stage, "faasade-deployment": deployment };
}
