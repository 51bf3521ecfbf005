// Azure as a target: by az, with the Bicep template that the build wrote, and func, which publishes the code.
import { whoAnswers } from "../shared/witness.ts";
import type { Target } from "../target.ts";
import { azAt } from "./az.ts";
import { checks } from "./checks.ts";
import { compare, needs } from "./compare.ts";
import { deployingSteps } from "./deploying.ts";
import { destroyingSteps, unaskedSteps } from "./destroying.ts";
import { type AzureStanding, look } from "./look.ts";
import { readTemplate } from "./template.ts";

export const target: Target = {
  platforms: ["azure-functions"],
  options: {
    subscription: {
      description: "the subscription's id or name; by default the one that az has chosen",
      variables: ["AZURE_SUBSCRIPTION_ID"],
      identifies: true,
    },
    group: {
      description: "the resource group; by default one of the stage's own",
      variables: ["AZURE_RESOURCE_GROUP"],
      identifies: true,
    },
    location: {
      description: "where it runs, westeurope unless said otherwise",
      variables: ["AZURE_LOCATION"],
      identifies: true,
    },
  },
  checks,
  look,
  compare: async (wanted, standing) =>
    compare(wanted, asAzure(standing), await readTemplate(wanted.build.folder)),
  needs: async (wanted, standing, place) =>
    needs(wanted, asAzure(standing), azAt(wanted.id, place), await readTemplate(wanted.build.folder)),
  deploying: async (wanted, standing, place) =>
    deployingSteps(
      wanted,
      asAzure(standing),
      azAt(wanted.id, place),
      await readTemplate(wanted.build.folder),
    ),
  destroying: async (id, standing, place, { deleteData }) =>
    standing.state === "unknown"
      ? unaskedSteps(id, azAt(id, place), place, deleteData)
      : destroyingSteps(asAzure(standing), azAt(id, place), deleteData),
  open: async (ledger, place) => (await import("./open.ts")).openStage(ledger, place),
  witness: async (_, url) => whoAnswers(url, /\.azurewebsites\.net$/, "Azure"),
};

/** What `look` answered; a place that could not be asked has nothing. */
function asAzure(standing: object): AzureStanding {
  return { parameters: {}, ...(standing as Omit<AzureStanding, "parameters">) };
}
