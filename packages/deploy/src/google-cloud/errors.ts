// What gcloud says when it refuses, and what would help: the first row that fits.
import type { KnownError } from "../shared/explain.ts";

/** The more special ones first. */
export const knownErrors: readonly KnownError[] = [
  {
    said: /spawn (?:\S*[\\/])?gcloud(?:\.cmd)? ENOENT|gcloud: (?:command )?not found/,
    why: "gcloud is not installed",
    fix: "Install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install)",
    lasting: true,
  },
  {
    said: /spawn (?:\S*[\\/])?(skopeo|docker|sh) ENOENT|(skopeo|docker): (?:command )?not found/,
    why: "$1$2 is not installed",
    fix: "Install it: skopeo pushes an image that was built with --base <OCI layout>, docker builds and pushes any other; sh runs the script",
    lasting: true,
  },
  {
    said: /do not currently have an active account selected|No credentialed accounts/,
    why: "gcloud is not signed in",
    fix: "Sign in: gcloud auth login; in a pipeline, by a workload identity federation (.github/workflows/deploy.yml)",
  },
  {
    said: /invalid_grant[^\n]*(?:reasonable timeframe|iat|exp)|Token used too early|clock.{0,20}skew/i,
    why: "this machine's clock and Google's differ",
    fix: "Set this machine's clock right, then sign in again: gcloud auth login",
  },
  {
    said: /Reauthentication (?:failed|required)|problem refreshing your current auth tokens|invalid_grant/,
    why: "gcloud's sign-in is too old",
    fix: "Sign in again: gcloud auth login",
  },
  {
    said: /project property (?:is set to the empty string|must be set)|required property \[(?:core\/)?project\] is not currently set/,
    why: "no project is chosen",
    fix: "Say --place project=<id>, or set GOOGLE_CLOUD_PROJECT",
    lasting: true,
  },
  {
    said: /does not have permission to access projects instance \[([^\]]+)\]|Project '?([\w-]+)'? (?:not found|was not found)/,
    why: "the project $1$2 does not exist, or this account may not see it",
    fix: "Choose another with --place project=<id> (gcloud projects list), or another account (gcloud config set account)",
    lasting: true,
  },
  {
    said: /[Bb]illing (?:account|must be enabled)[^\n]*/,
    why: "the project has no billing account that is open",
    fix: "Link one: gcloud billing projects link <project> --billing-account=<id>",
    lasting: true,
  },
  {
    said: /SERVICE_DISABLED|API \[?([\w.]+)\]? (?:not enabled|has not been used)|has not been used in project \S+ before or it is disabled/,
    why: "a service of Google's is not enabled in the project",
    fix: "Wait a minute and deploy again: the first step enables it. If it stays so: gcloud services enable $1",
  },
  {
    said: /requested bucket name is not available|HTTPError 409[^\n]*bucket|bucket you tried to create already exists/i,
    why: "another project has a bucket of that name; names of buckets are everybody's",
    fix: "Choose a name with --set <STORE>_BUCKET=<name>",
    lasting: true,
  },
  {
    said: /Location '?([\w-]+)'? (?:is not found|is not a valid location)|[Rr]egion[^\n]*?'?([\w-]+)'?[^\n]*(?:not found|is not valid|unavailable)|LOCATION_INVALID/,
    why: "the region is none of Google's, or the service is not there",
    fix: "Choose another with --place region=<region>: gcloud run regions list",
    lasting: true,
  },
  {
    said: /RESOURCE_EXHAUSTED|[Qq]uota exceeded[^\n]*|QUOTA_EXCEEDED/,
    why: "a quota of the project leaves no room",
    fix: "Ask for more (https://console.cloud.google.com/iam-admin/quotas), remove something, or set MAX_INSTANCES lower with --set",
  },
  {
    said: /Image '?([^' \n]+)'? not found|must have permission to read the image,? ?([^\s.]*)/,
    why: "Cloud Run cannot pull the image $1$2",
    fix: "Deploy again, which pushes it; an image of another project needs roles/artifactregistry.reader for Cloud Run's service agent",
  },
  {
    said: /unauthorized: |denied: Permission "artifactregistry|denied: Unauthenticated request|authentication required/,
    why: "Artifact Registry does not let these credentials push",
    fix: "Say once: gcloud auth configure-docker <region>-docker.pkg.dev",
  },
  {
    said: /annot connect to the Docker daemon|docker daemon is not running/i,
    why: "Docker is not running",
    fix: "Start it; or build with --base <OCI layout>, which needs no Docker to be pushed",
  },
  {
    said: /container failed to start and listen on the port|Revision '?([\w-]+)'? is not ready/,
    why: "the container of the new revision does not start",
    fix: "See its log: gcloud run services logs read; the revision before goes on serving",
  },
  {
    said: /Service account \S+ does not exist/,
    why: "an account that was just created is not known everywhere yet",
    fix: "Deploy again in a minute: what stands is left alone",
  },
  {
    said: /iam\.serviceaccounts\.actAs/i,
    why: "this account may not act as the service account that the functions run as",
    fix: "An owner grants it roles/iam.serviceAccountUser on that account (infra/gcp); what was granted a moment ago needs a minute: deploy again",
  },
  {
    said: /PERMISSION_DENIED|does not have permission|[Pp]ermission '?([\w.]+)'? denied/,
    why: "this account may not do that",
    fix: "infra/gcp says which roles a deployer needs; an owner of the project grants them",
    lasting: true,
  },
  {
    said: /ABORTED|concurrent policy changes|Conflict for resource|etag/i,
    why: "somebody else changes the same at this moment",
    fix: "Deploy again when that is over",
  },
  {
    said: /Max retries exceeded|Failed to establish a new connection|Name or service not known|Temporary failure in name resolution/,
    why: "Google cannot be reached",
    fix: "Look at the network and the proxy: gcloud info --run-diagnostics",
  },
];

/** Whether it says that something is not there, as `describe` and `delete` do. */
export function saysNotFound(stderr: string): boolean {
  return /NOT_FOUND|not found|could not be found|does not exist|Cannot find (?:service|job)|404/i.test(
    stderr,
  );
}
