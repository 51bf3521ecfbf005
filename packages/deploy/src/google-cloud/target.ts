// Google Cloud as a target: by gcloud, with the script that the build wrote.
import type { Place, Standing, Target } from "../target.ts";
import { checks } from "./checks.ts";
import { compare, needs } from "./compare.ts";
import { deployingSteps } from "./deploying.ts";
import { destroyingSteps, unaskedSteps } from "./destroying.ts";
import { type Gcloud, gcloudAt } from "./gcloud.ts";
import { type GoogleStanding, look } from "./look.ts";
import { requireProject } from "./place.ts";
import { readScript } from "./script.ts";

export const target: Target = {
  platforms: ["google-cloud"],
  options: {
    project: {
      description: "the project's id",
      variables: ["GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
      identifies: true,
    },
    region: {
      description: "where it runs, europe-west1 unless said otherwise",
      variables: ["GOOGLE_CLOUD_REGION", "CLOUDSDK_RUN_REGION"],
      identifies: true,
    },
  },
  checks,
  look: async (id, place) => look(id, requireProject(place)),
  async compare(wanted, standing, place) {
    const gcloud = gcloudFor(standing, place);
    return compare(wanted, asGoogle(standing), gcloud, await readScript(wanted.build.folder));
  },
  async needs(wanted, standing, place) {
    const gcloud = gcloudFor(standing, place);
    return needs(wanted, asGoogle(standing), gcloud, await readScript(wanted.build.folder));
  },
  async deploying(wanted, standing, place) {
    const gcloud = gcloudFor(standing, place);
    return deployingSteps(wanted, asGoogle(standing), gcloud, await readScript(wanted.build.folder));
  },
  destroying: async (id, standing, place, { deleteData }) => {
    const gcloud = gcloudFor(standing, place);
    return standing.state === "unknown"
      ? unaskedSteps(id, gcloud, deleteData)
      : destroyingSteps(asGoogle(standing), gcloud, deleteData);
  },
  open: async (ledger, place) => (await import("./open.ts")).openStage(ledger, place),
  witness: async (_, url) => (await import("./witness.ts")).witness(url),
};

/** What `look` answered; a place that could not be asked has nothing. */
function asGoogle(standing: object): GoogleStanding {
  return { environment: {}, ...(standing as Omit<GoogleStanding, "environment">) };
}

/** Of a place that could not be asked, commands are only read. */
function gcloudFor({ state }: Standing, place: Place): Gcloud {
  return gcloudAt(state === "unknown" ? { project: "<project>", ...place } : place);
}
