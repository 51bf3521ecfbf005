// AWS Lambda as a place to deploy to: by CloudFormation, through AWS's own SDK.
import type { Place, StageId, Standing, Target, Wanted } from "../target.ts";
import { type Account, Aws, withAws } from "./aws.ts";
import { checks } from "./checks.ts";
import { compareTemplates } from "./compare.ts";
import { deployingSteps } from "./deploying.ts";
import { destroyingSteps } from "./destroying.ts";
import { unaskedSteps } from "./destroying-unasked.ts";
import { imagesOf } from "./images.ts";
import { needsOf } from "./needs.ts";
import { chooseParameters } from "./parameters.ts";
import { commandSuffix, options, stackOf } from "./place.ts";
import { type AwsStanding, look } from "./standing.ts";
import { codePrefix, packageTemplate } from "./template.ts";

export const target: Target = {
  platforms: ["aws-lambda"],
  options,
  checks,
  look,
  compare: async (wanted, standing, place) =>
    withAws(place, async (aws) => {
      const { packaged, chosen, stackName } = await prepare(aws, wanted, standing, place);
      const { template } = packaged;
      const { parameters } = chosen;
      return compareTemplates(
        { template, parameters, packaging: wanted.build.packaging, stackName },
        standing,
      );
    }),
  needs: async (wanted, standing, place) => {
    // Its steps run later.
    const aws = new Aws(place);
    const { packaged, chosen, asked } = await prepare(aws, wanted, standing, place);
    return needsOf(aws, wanted, packaged.template, chosen, asked, standing.ledger?.at);
  },
  deploying: async (wanted, standing, place) => {
    const aws = new Aws(place);
    const { packaged, images, chosen, account, stackName } = await prepare(aws, wanted, standing, place);
    const { parameters } = chosen;
    const steps = deployingSteps({ aws, account, wanted, packaged, parameters, standing, stackName });
    return [...images.steps, ...steps];
  },
  destroying: async (id, standing, place, { deleteData }) => {
    if (standing.state === "unknown") return unaskedSteps(id, unknownAccount(place), deleteData);
    const aws = new Aws(place);
    return destroyingSteps({ aws, account: await aws.account(), id, standing, deleteData });
  },
  open: async (ledger, place) => (await import("./open.ts")).openStage(ledger, place),
  witness: async (place, url) => (await import("./witness.ts")).witness(place, url),
};

async function prepare(aws: Aws, wanted: Wanted, standing: AwsStanding | Standing, place: Place) {
  const asked = standing.state === "unknown" ? undefined : await aws.account();
  const account = asked ?? unknownAccount(place);
  const packaged = await packageTemplate(wanted, account);
  const { id, build } = wanted;
  const images = imagesOf(wanted, account);
  const fixed = { ...codeOf(id, wanted, account), ...images.parameters };
  const chosen = chooseParameters(wanted, packaged.template, standing, fixed);
  return { account, asked, packaged, images, chosen, stackName: stackOf(id, build.packaging) };
}

/** Where web functions find their zips. */
function codeOf(id: StageId, { build, ledger }: Wanted, { bucket }: Account): Record<string, string> {
  return build.packaging === "web" ? { CodeBucket: bucket, CodePrefix: codePrefix(id, ledger) } : {};
}

/** For commands that are only read. */
function unknownAccount(place: Place): Account {
  const region = place["region"] ?? "<region>";
  const bucket = place["bucket"] ?? `faasade-<account>-${region}`;
  return {
    region,
    account: "<account>",
    partition: "aws",
    caller: "",
    bucket,
    isOwnBucket: place["bucket"] === undefined,
    suffix: commandSuffix(region, place),
  };
}
