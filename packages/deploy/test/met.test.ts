// The ten refusals that people really meet, in each platform's own words; docs/deploy-one-app.md lists what they are told.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explain as explainAws } from "../src/aws-lambda/failure.ts";
import { knownErrors as ofAzure } from "../src/azure-functions/errors.ts";
import { knownErrors as ofGoogle } from "../src/google-cloud/errors.ts";
import { explain as explainCluster, podReasons } from "../src/kubernetes/errors.ts";
import { explain } from "../src/shared/explain.ts";
import { root } from "./costs/apps.ts";

const explainBy = {
  AWS: (said: string) => {
    const [, name = "Error", message = ""] = /^(\w+): (.*)$/.exec(said) ?? [];
    return explainAws("deploy", Object.assign(new Error(message), { name }));
  },
  "a cluster": (said: string) => explainCluster("deploy", said),
  Google: (said: string) => explain("deploy", said, ofGoogle),
  Azure: (said: string) => explain("deploy", said, ofAzure),
} as const;

type Told = readonly [said: string, why: string];
const met: Readonly<Record<string, Partial<Record<keyof typeof explainBy, Told>>>> = {
  "no credentials": {
    AWS: [
      "CredentialsProviderError: Could not load credentials from any providers",
      "there are no AWS credentials",
    ],
    "a cluster": [
      "error: You must be logged in to the server (Unauthorized)",
      "the cluster does not know these credentials",
    ],
    Google: [
      "ERROR: (gcloud.run) You do not currently have an active account selected.",
      "gcloud is not signed in",
    ],
    Azure: ["ERROR: Please run 'az login' to setup account.", "az is not signed in"],
  },
  "wrong region": {
    AWS: [
      "PermanentRedirect: The bucket you are attempting to access must be addressed using the specified endpoint.",
      "the bucket is in another region",
    ],
    "a cluster": ['error: context "nowhere" does not exist', "kubectl knows no context nowhere"],
    Google: ["ERROR: Location 'mars-west1' is not found", "the region is none of Google's"],
    Azure: [
      "(LocationNotAvailableForResourceType) The provided location 'mars' is not available for resource type 'Microsoft.Web/sites'.",
      "is none of Azure's",
    ],
  },
  "bucket name taken": {
    AWS: [
      "BucketAlreadyExists: The requested bucket name is not available.",
      "another account has a bucket of that name",
    ],
    Google: [
      "ERROR: HTTPError 409: The requested bucket name is not available.",
      "another project has a bucket of that name",
    ],
    Azure: [
      "(StorageAccountAlreadyTaken) The storage account named datashop is already taken.",
      "is somebody else's",
    ],
  },
  "role not assumable": {
    AWS: [
      "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.",
      "a role cannot be assumed",
    ],
    "a cluster": [
      'Error from server (Forbidden): deployments.apps is forbidden: User "reader" cannot create resource "deployments" in API group "apps" in the namespace "shop-demo"',
      "reader may not create deployments.apps",
    ],
    Google: [
      "ERROR: PERMISSION_DENIED: Permission 'iam.serviceaccounts.actAs' denied on service account shop@acme.iam.gserviceaccount.com",
      "this account may not act as the service account",
    ],
    Azure: [
      "The client does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write'",
      "this account may not grant roles",
    ],
  },
  quota: {
    AWS: [
      "LimitExceededException: Limit exceeded for resource of type 'AWS::IAM::Role'",
      "a quota of the account is used up",
    ],
    "a cluster": [
      'Error from server (Forbidden): pods "shop" is forbidden: exceeded quota: small, requested: cpu=200m, used: cpu=900m, limited: cpu=1',
      "the quota small leaves no room",
    ],
    Google: [
      "ERROR: RESOURCE_EXHAUSTED: Quota exceeded for total allowable CPU per project per region.",
      "a quota of the project leaves no room",
    ],
    Azure: [
      "(SubscriptionIsOverQuotaForSku) This region has quota of 0 instances for your subscription.",
      "a quota of the subscription leaves no room",
    ],
  },
  "image not pullable": {
    AWS: [
      "InvalidParameterValueException: Source image 1.dkr.ecr.eu-central-1.amazonaws.com/shop:demo does not exist. Provide a valid source image.",
      "the image cannot be pulled",
    ],
    Google: [
      "ERROR: Image 'europe-west1-docker.pkg.dev/acme/shop-demo/shop:1' not found.",
      "Cloud Run cannot pull the image",
    ],
  },
  "cluster unreachable": {
    AWS: ["Error: getaddrinfo ENOTFOUND cloudformation.eu-centrl-1.amazonaws.com", "AWS is not reached"],
    "a cluster": [
      "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout",
      "the cluster cannot be reached",
    ],
    Google: ["urllib3: Max retries exceeded with url: /v1/projects", "Google cannot be reached"],
  },
  "CRD missing": {
    "a cluster": [
      'no matches for kind "Service" in version "serving.knative.dev/v1"',
      "the cluster has no Service of serving.knative.dev/v1",
    ],
    Google: [
      "ERROR: (SERVICE_DISABLED) Cloud Run Admin API has not been used in project acme before or it is disabled.",
      "a service of Google's is not enabled",
    ],
    Azure: [
      "The subscription is not registered to use namespace 'Microsoft.Web'",
      "the subscription does not use Microsoft.Web yet",
    ],
  },
  "time skew": {
    AWS: [
      "RequestTimeTooSkewed: The difference between the request time and the current time is too large.",
      "this machine's clock differs from AWS's",
    ],
    "a cluster": [
      "x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-11-30T21:00:00Z",
      "and the clock here says 2020-01-01T00:00:00Z",
    ],
    Google: [
      "invalid_grant: Invalid JWT: Token must be a short-lived token and in a reasonable timeframe. Check your iat and exp values",
      "this machine's clock and Google's differ",
    ],
    Azure: [
      "AADSTS700024: Client assertion is not within its valid time range.",
      "this machine's clock and Azure's differ",
    ],
  },
  "rollback in progress": {
    AWS: [
      "ValidationError: Stack:arn:aws:cloudformation:eu-central-1:1:stack/shop-demo/1 is in UPDATE_ROLLBACK_IN_PROGRESS state and can not be updated.",
      "the stack is being changed",
    ],
    "a cluster": [
      "configmaps is forbidden: unable to create new content in namespace shop-demo because it is being terminated",
      "the namespace is being removed",
    ],
    Google: [
      "ERROR: ABORTED: Conflict for resource 'shop': version was specified but current version is another",
      "somebody else changes the same at this moment",
    ],
    Azure: [
      "(DeploymentActive) The deployment cannot be saved, because another deployment is in progress",
      "another deployment is in progress",
    ],
  },
};

const rows = Object.entries(met).flatMap(([name, told]) =>
  Object.entries(told).map(
    ([where, [said, why]]) => [name, where as keyof typeof explainBy, said, why] as const,
  ),
);

describe("what people really meet", () => {
  it.each(rows)("%s on %s is told with what would help", (_, where, said, why) => {
    const { message } = explainBy[where](said);
    expect(message).toMatch(/^Cannot deploy: /);
    expect(message).toContain(why);
    // After what went wrong, a sentence of what would do.
    expect(message.slice(message.indexOf(why) + why.length)).toMatch(/\. [A-Z][^.]+/);
  });

  it("image not pullable is seen on a cluster by its pods", () => {
    expect(podReasons["ImagePullBackOff"]).toMatchObject({ why: "its image cannot be pulled" });
  });

  it.each(Object.entries(met))("%s is in the list of the documentation", (name, told) => {
    const text = readFileSync(join(root, "docs/deploy-one-app.md"), "utf8");
    const row = text.split("\n").find((line) => line.startsWith(`| ${name} |`)) ?? "";
    for (const [, why] of Object.values(told)) expect(row).toContain(why);
  });
});
