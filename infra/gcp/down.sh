#!/bin/sh
# Takes away what up.sh made. Apps are taken away first, by destroy; services of Google's stay enabled.
set -eu

: "${PROJECT_ID:?Say the project: PROJECT_ID=<id> sh infra/gcp/down.sh}"
export CLOUDSDK_CORE_PROJECT="$PROJECT_ID" CLOUDSDK_CORE_DISABLE_PROMPTS=1

# there COMMAND...: whether it describes something.
there() {
  "$@" > /dev/null 2>&1
}

deployer="faasade-deployer@$PROJECT_ID.iam.gserviceaccount.com"
# One that was deleted is described for 30 days more.
state=$(gcloud iam workload-identity-pools describe faasade --location=global --format='value(state)' 2> /dev/null ||
  echo NONE)
if [ "$state" = ACTIVE ]; then
  gcloud iam workload-identity-pools delete faasade --location=global
fi
if there gcloud iam service-accounts describe "$deployer"; then
  for role in "projects/$PROJECT_ID/roles/faasadeDeployer" roles/resourcemanager.projectIamAdmin; do
    gcloud projects remove-iam-policy-binding "$PROJECT_ID" --member="serviceAccount:$deployer" \
      --role="$role" --all > /dev/null || true
  done
  gcloud iam service-accounts delete "$deployer"
fi
deleted=$(gcloud iam roles describe faasadeDeployer --project="$PROJECT_ID" --format='value(deleted)' 2> /dev/null ||
  echo NONE)
case $deleted in
  NONE | True) ;;
  *) gcloud iam roles delete faasadeDeployer --project="$PROJECT_ID" > /dev/null ;;
esac
if [ -n "${BILLING_ACCOUNT-}" ]; then
  for budget in $(gcloud billing budgets list --billing-account="$BILLING_ACCOUNT" \
    --filter="displayName=faasade-$PROJECT_ID" --format='value(name)'); do
    gcloud billing budgets delete "$budget"
  done
fi
