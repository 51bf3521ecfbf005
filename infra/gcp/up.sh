#!/bin/sh
# What stands in a project before any app is deployed to Google Cloud. May be run again.
# PROJECT_ID is needed. With GITHUB_REPOSITORY=owner/name, a workflow of that repository may deploy without stored keys.
# With BILLING_ACCOUNT and BUDGET_DOLLARS, its administrators are told when the month costs more.
set -eu

: "${PROJECT_ID:?Say the project: PROJECT_ID=<id> sh infra/gcp/up.sh}"
: "${GITHUB_ENVIRONMENT:=demo}"
export CLOUDSDK_CORE_PROJECT="$PROJECT_ID" CLOUDSDK_CORE_DISABLE_PROMPTS=1
here=$(cd "$(dirname "$0")" && pwd)
grants='title=faasade-events,expression=api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["roles/eventarc.eventReceiver", "roles/pubsub.publisher"])'

# there COMMAND...: whether it describes something.
there() {
  "$@" > /dev/null 2>&1
}

gcloud services enable run.googleapis.com artifactregistry.googleapis.com iam.googleapis.com \
  iamcredentials.googleapis.com pubsub.googleapis.com eventarc.googleapis.com cloudscheduler.googleapis.com \
  secretmanager.googleapis.com storage.googleapis.com

if [ -n "${GITHUB_REPOSITORY-}" ]; then
  number=$(gcloud projects describe "$PROJECT_ID" --format='value(projectNumber)')
  deployer="faasade-deployer@$PROJECT_ID.iam.gserviceaccount.com"
  there gcloud iam service-accounts describe "$deployer" ||
    gcloud iam service-accounts create faasade-deployer --display-name='Deploys apps of faasade' \
      --description='faasade foundation'
  role="projects/$PROJECT_ID/roles/faasadeDeployer"
  # One that was deleted keeps its name for some weeks.
  deleted=$(gcloud iam roles describe faasadeDeployer --project="$PROJECT_ID" --format='value(deleted)' 2> /dev/null ||
    echo NONE)
  case $deleted in
    NONE) gcloud iam roles create faasadeDeployer --project="$PROJECT_ID" --file="$here/deployer.yaml" > /dev/null ;;
    True) gcloud iam roles undelete faasadeDeployer --project="$PROJECT_ID" > /dev/null ;;
  esac
  gcloud iam roles update faasadeDeployer --project="$PROJECT_ID" --file="$here/deployer.yaml" > /dev/null
  gcloud projects add-iam-policy-binding "$PROJECT_ID" --member="serviceAccount:$deployer" --role="$role" \
    --condition=None > /dev/null
  # In the project itself it may grant what lets Eventarc and Cloud Storage post events, and nothing else to anybody.
  gcloud projects add-iam-policy-binding "$PROJECT_ID" --member="serviceAccount:$deployer" \
    --role=roles/resourcemanager.projectIamAdmin --condition="$grants" > /dev/null
  # A pool of its own: one of the project's would be changed here, and go with down.sh. A deleted one keeps its name.
  state=$(gcloud iam workload-identity-pools describe faasade --location=global --format='value(state)' 2> /dev/null ||
    echo NONE)
  case $state in
    NONE) gcloud iam workload-identity-pools create faasade --location=global --display-name=faasade ;;
    DELETED) gcloud iam workload-identity-pools undelete faasade --location=global ;;
  esac
  # Only this repository, in this environment: the condition is what keeps everybody else on GitHub out.
  condition="assertion.repository == '$GITHUB_REPOSITORY' && assertion.environment == '$GITHUB_ENVIRONMENT'"
  mapping='google.subject=assertion.sub,attribute.repository=assertion.repository'
  if there gcloud iam workload-identity-pools providers describe github --location=global \
    --workload-identity-pool=faasade; then
    gcloud iam workload-identity-pools providers update-oidc github --location=global \
      --workload-identity-pool=faasade --attribute-mapping="$mapping" --attribute-condition="$condition"
  else
    gcloud iam workload-identity-pools providers create-oidc github --location=global \
      --workload-identity-pool=faasade --issuer-uri=https://token.actions.githubusercontent.com \
      --attribute-mapping="$mapping" --attribute-condition="$condition"
  fi
  pool="projects/$number/locations/global/workloadIdentityPools/faasade"
  gcloud iam service-accounts add-iam-policy-binding "$deployer" --role=roles/iam.workloadIdentityUser \
    --member="principalSet://iam.googleapis.com/$pool/attribute.repository/$GITHUB_REPOSITORY" > /dev/null
  echo "GCP_PROVIDER=$pool/providers/github"
  echo "GCP_DEPLOYER=$deployer"
fi

if [ -n "${BILLING_ACCOUNT-}" ]; then
  gcloud services enable billingbudgets.googleapis.com
  known=$(gcloud billing budgets list --billing-account="$BILLING_ACCOUNT" \
    --filter="displayName=faasade-$PROJECT_ID" --format='value(name)')
  [ -n "$known" ] ||
    gcloud billing budgets create --billing-account="$BILLING_ACCOUNT" --display-name="faasade-$PROJECT_ID" \
      --budget-amount="${BUDGET_DOLLARS:-5}USD" --filter-projects="projects/$PROJECT_ID" \
      --threshold-rule=percent=1.0 --threshold-rule=percent=1.0,basis=forecasted-spend
fi
