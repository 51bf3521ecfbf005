#!/bin/sh
# Deploys shop on stage test to Google Cloud, with gcloud.
# May be run again: what is missing is created, what is there is brought up to date.
# Note: forget-file: an event that fails is delivered 5 times, not 1: Pub/Sub takes 5 to 100.
# Note: take-readings: Pub/Sub pushes one message at a time, so a batch holds one.
# Note: shop-test lets everybody through, because it has public routes: those with auth "platform" take Google's identity tokens for PUBLIC_URL, of the accounts in PLATFORM_INVOKERS.
set -eu
cd "$(dirname "$0")"
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT

# need VARIABLE WHAT_IT_IS: stops when nobody set it.
need() {
  eval "value=\${$1-}"
  if [ -z "$value" ]; then
    echo "Cannot deploy: $1 is not set. $2" >&2
    exit 1
  fi
  export "$1"
}

# there COMMAND...: whether it describes something.
there() {
  "$@" > /dev/null 2>&1
}

# cut_off BUCKET: whether it has no label and holds nothing, so that a run made it and came no further.
cut_off() {
  [ -z "$(gcloud storage buckets describe "$1" --format='value(labels)')" ] || return 1
  held=$(gcloud storage ls "$1" 2>&1) || case $held in *"matched no objects"*) held='' ;; esac
  [ -z "$held" ]
}

# render FILE: its text with every ${VARIABLE} filled in, as text of YAML.
render() {
  awk '
    function escaped(text,   at, char, out) {
      out = ""
      for (at = 1; at <= length(text); at++) {
        char = substr(text, at, 1)
        if (char == "\\" || char == "\"") out = out "\\" char
        else if (char == "\n") out = out "\\n"
        else out = out char
      }
      return out
    }
    {
      line = $0
      out = ""
      while (match(line, /\$\{[A-Z][A-Z0-9_]*\}/)) {
        name = substr(line, RSTART + 2, RLENGTH - 3)
        before = substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (!(name in ENVIRON)) {
          print "Cannot deploy: " name " is not set." > "/dev/stderr"
          exit 1
        }
        # A value of its own is text, whatever it looks like.
        quote = (before ~ /: $/ && line == "") ? "\"" : ""
        out = out before quote escaped(ENVIRON[name]) quote
      }
      print out line
    }
  ' "$1"
}

# What the operator says. Set a variable before the script is run to say otherwise.
need PROJECT_ID 'The id of the Google Cloud project.'
need REGION 'Where it runs, such as europe-west1.'
export CLOUDSDK_CORE_PROJECT="$PROJECT_ID" CLOUDSDK_CORE_DISABLE_PROMPTS=1
PROJECT_NUMBER=$(gcloud projects describe "$PROJECT_ID" --format='value(projectNumber)')
export PROJECT_NUMBER
# Memory of a container.
export MEMORY="${MEMORY-512Mi}"
# How many containers of a service there may be at once.
export MAX_INSTANCES="${MAX_INSTANCES-20}"
# The app's URL; another under a domain of yours.
export PUBLIC_URL="${PUBLIC_URL-https://shop-test-${PROJECT_NUMBER}.${REGION}.run.app}"
# Who may ask for routes with auth "platform": e-mail addresses or ids of Google accounts, with commas between; nobody when empty.
export PLATFORM_INVOKERS="${PLATFORM_INVOKERS-}"
# The topic jobs; one that exists is used as it is.
export JOBS_TOPIC="${JOBS_TOPIC-shop-test-jobs}"
need OTHER_SALES_TOPIC 'The topic other/sales in this project, which another app deploys.'
need ISSUER 'Who signs the tokens.'
# How many at once.
export PAGE_SIZE="${PAGE_SIZE-20}"
need OTHER_REFUND_URL 'The URL of the function other/refund, which another app deploys.'
# The bucket of exports; one that exists is used as it is.
export EXPORTS_BUCKET="${EXPORTS_BUCKET-${PROJECT_ID}-shop-test-exports}"
# The bucket of inbox; one that exists is used as it is.
export INBOX_BUCKET="${INBOX_BUCKET-${PROJECT_ID}-shop-test-inbox}"
# The topic readings; one that exists is used as it is.
export READINGS_TOPIC="${READINGS_TOPIC-shop-test-readings}"
# The topic sales; one that exists is used as it is.
export SALES_TOPIC="${SALES_TOPIC-shop-test-sales}"
# The topic temperatures; one that exists is used as it is.
export TEMPERATURES_TOPIC="${TEMPERATURES_TOPIC-shop-test-temperatures}"

# Google's services that are used.
gcloud services enable cloudbuild.googleapis.com artifactregistry.googleapis.com
gcloud services enable run.googleapis.com iam.googleapis.com
gcloud services enable pubsub.googleapis.com
gcloud services enable eventarc.googleapis.com storage.googleapis.com
gcloud services enable cloudscheduler.googleapis.com

# Who the services are, and who posts events to them.
there gcloud iam service-accounts describe "shop-test@${PROJECT_ID}.iam.gserviceaccount.com" ||
  gcloud iam service-accounts create shop-test --display-name='Cloud Run service shop-test' --description='faasade-deployment=shop-test'
there gcloud iam service-accounts describe "shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" ||
  gcloud iam service-accounts create shop-test-events --display-name='Cloud Run service shop-test-events' --description='faasade-deployment=shop-test'
there gcloud iam service-accounts describe "shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" ||
  gcloud iam service-accounts create shop-test-sender --display-name='Posts events to shop on test' --description='faasade-deployment=shop-test'

# Buckets.
there gcloud storage buckets describe "gs://${EXPORTS_BUCKET}" ||
  { gcloud storage buckets create "gs://${EXPORTS_BUCKET}" --location="$REGION" --uniform-bucket-level-access --public-access-prevention &&
    gcloud storage buckets update "gs://${EXPORTS_BUCKET}" --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test; }
if [ "${EXPORTS_BUCKET}" = "${PROJECT_ID}-shop-test-exports" ] && cut_off "gs://${EXPORTS_BUCKET}"; then
  gcloud storage buckets update "gs://${EXPORTS_BUCKET}" --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi
there gcloud storage buckets describe "gs://${INBOX_BUCKET}" ||
  { gcloud storage buckets create "gs://${INBOX_BUCKET}" --location="$REGION" --uniform-bucket-level-access --public-access-prevention &&
    gcloud storage buckets update "gs://${INBOX_BUCKET}" --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test; }
if [ "${INBOX_BUCKET}" = "${PROJECT_ID}-shop-test-inbox" ] && cut_off "gs://${INBOX_BUCKET}"; then
  gcloud storage buckets update "gs://${INBOX_BUCKET}" --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi

# Topics, and where what was given up is kept.
there gcloud pubsub topics describe "${JOBS_TOPIC}" ||
  gcloud pubsub topics create "${JOBS_TOPIC}" --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
there gcloud pubsub topics describe "${READINGS_TOPIC}" ||
  gcloud pubsub topics create "${READINGS_TOPIC}" --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
there gcloud pubsub topics describe "${SALES_TOPIC}" ||
  gcloud pubsub topics create "${SALES_TOPIC}" --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
there gcloud pubsub topics describe "${TEMPERATURES_TOPIC}" ||
  gcloud pubsub topics create "${TEMPERATURES_TOPIC}" --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
there gcloud pubsub topics describe shop-test-dead-letters ||
  gcloud pubsub topics create shop-test-dead-letters --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
there gcloud pubsub subscriptions describe shop-test-dead-letters ||
  gcloud pubsub subscriptions create shop-test-dead-letters --topic=shop-test-dead-letters \
    --message-retention-duration=7d --expiration-period=never \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test

# Secrets: their values are the operator's to store.
if ! there gcloud secrets versions describe latest --secret=shop-test-hook-secret; then
  echo "Cannot deploy: the secret shop-test-hook-secret has no version. It is the value of HOOK_SECRET. Store it:" >&2
  echo "  gcloud secrets create shop-test-hook-secret --replication-policy=automatic --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test --data-file=-" >&2
  exit 1
fi
if ! there gcloud secrets versions describe latest --secret=shop-test-ledger-url; then
  echo "Cannot deploy: the secret shop-test-ledger-url has no version. It is where the sql ledger is. Store it:" >&2
  echo "  gcloud secrets create shop-test-ledger-url --replication-policy=automatic --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test --data-file=-" >&2
  exit 1
fi

# What each service may touch, and nothing else.
gcloud secrets add-iam-policy-binding shop-test-hook-secret \
    --member="serviceAccount:shop-test@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/secretmanager.secretAccessor > /dev/null
gcloud secrets add-iam-policy-binding shop-test-ledger-url \
    --member="serviceAccount:shop-test@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/secretmanager.secretAccessor > /dev/null
gcloud pubsub topics add-iam-policy-binding "${JOBS_TOPIC}" \
    --member="serviceAccount:shop-test@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/pubsub.publisher > /dev/null
gcloud pubsub topics add-iam-policy-binding "${OTHER_SALES_TOPIC}" \
    --member="serviceAccount:shop-test@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/pubsub.publisher > /dev/null
gcloud storage buckets add-iam-policy-binding "gs://${EXPORTS_BUCKET}" \
    --member="serviceAccount:shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/storage.legacyBucketWriter > /dev/null
gcloud storage buckets add-iam-policy-binding "gs://${INBOX_BUCKET}" \
    --member="serviceAccount:shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/storage.objectViewer > /dev/null
gcloud storage buckets add-iam-policy-binding "gs://${EXPORTS_BUCKET}" \
    --member="serviceAccount:shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/storage.objectUser > /dev/null
gcloud pubsub topics add-iam-policy-binding "${SALES_TOPIC}" \
    --member="serviceAccount:shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/pubsub.publisher > /dev/null
gcloud pubsub topics add-iam-policy-binding shop-test-dead-letters \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" \
    --role=roles/pubsub.publisher > /dev/null
gcloud iam service-accounts add-iam-policy-binding "shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" \
    --role=roles/iam.serviceAccountTokenCreator > /dev/null
gcloud projects add-iam-policy-binding "$PROJECT_ID" \
    --member="serviceAccount:shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" \
    --role=roles/eventarc.eventReceiver \
    --condition=None > /dev/null
gcloud projects add-iam-policy-binding "$PROJECT_ID" \
    --member="serviceAccount:$(gcloud storage service-agent)" \
    --role=roles/pubsub.publisher \
    --condition=None > /dev/null

# The services.
render services/shop-test.env.yaml > "$rendered/shop-test.env.yaml"
gcloud run deploy shop-test --region="$REGION" \
    --source=shop --function=faasade --base-image=nodejs24 \
    --service-account="shop-test@${PROJECT_ID}.iam.gserviceaccount.com" --no-allow-unauthenticated \
    --timeout=50 --concurrency=80 --memory="$MEMORY" --max-instances="$MAX_INSTANCES" --cpu-boost \
    --env-vars-file="$rendered/shop-test.env.yaml" \
    --set-secrets=HOOK_SECRET=shop-test-hook-secret:latest,LEDGER_URL=shop-test-ledger-url:latest \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
render services/shop-test-events.env.yaml > "$rendered/shop-test-events.env.yaml"
gcloud run deploy shop-test-events --region="$REGION" \
    --source=shop --function=faasade --base-image=nodejs24 \
    --service-account="shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" --no-allow-unauthenticated \
    --timeout=905 --concurrency=80 --memory="$MEMORY" --max-instances="$MAX_INSTANCES" --cpu-boost \
    --env-vars-file="$rendered/shop-test-events.env.yaml" \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test

# Who may call them.
gcloud run services add-iam-policy-binding shop-test --region="$REGION" \
    --member=allUsers --role=roles/run.invoker > /dev/null
gcloud run services add-iam-policy-binding shop-test-events --region="$REGION" \
    --member="serviceAccount:shop-test@${PROJECT_ID}.iam.gserviceaccount.com" --role=roles/run.invoker > /dev/null
gcloud run services add-iam-policy-binding shop-test-events --region="$REGION" \
    --member="serviceAccount:shop-test-events@${PROJECT_ID}.iam.gserviceaccount.com" --role=roles/run.invoker > /dev/null
gcloud run services add-iam-policy-binding shop-test-events --region="$REGION" \
    --member="serviceAccount:shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --role=roles/run.invoker > /dev/null

# Events of objects.
location=$(gcloud storage buckets describe "gs://${INBOX_BUCKET}" --format='value(location)' | tr '[:upper:]' '[:lower:]')
there gcloud eventarc triggers describe shop-test-import-file --location="$location" ||
  gcloud eventarc triggers create shop-test-import-file --location="$location" \
    --destination-run-service=shop-test-events --destination-run-region="$REGION" \
    --destination-run-path=/.faasade/events/import-file \
    --event-filters=type=google.cloud.storage.object.v1.finalized --event-filters="bucket=${INBOX_BUCKET}" \
    --event-data-content-type=application/json --service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
subscription=$(gcloud eventarc triggers describe shop-test-import-file --location="$location" --format='value(transport.pubsub.subscription)')
gcloud pubsub subscriptions update "$subscription" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never
gcloud pubsub subscriptions add-iam-policy-binding "$subscription" \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null
location=$(gcloud storage buckets describe "gs://${INBOX_BUCKET}" --format='value(location)' | tr '[:upper:]' '[:lower:]')
there gcloud eventarc triggers describe shop-test-import-archive --location="$location" ||
  gcloud eventarc triggers create shop-test-import-archive --location="$location" \
    --destination-run-service=shop-test-events --destination-run-region="$REGION" \
    --destination-run-path=/.faasade/events/import-archive \
    --event-filters=type=google.cloud.storage.object.v1.finalized --event-filters="bucket=${INBOX_BUCKET}" \
    --event-data-content-type=application/json --service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
subscription=$(gcloud eventarc triggers describe shop-test-import-archive --location="$location" --format='value(transport.pubsub.subscription)')
gcloud pubsub subscriptions update "$subscription" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never
gcloud pubsub subscriptions add-iam-policy-binding "$subscription" \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null
location=$(gcloud storage buckets describe "gs://${INBOX_BUCKET}" --format='value(location)' | tr '[:upper:]' '[:lower:]')
there gcloud eventarc triggers describe shop-test-forget-file --location="$location" ||
  gcloud eventarc triggers create shop-test-forget-file --location="$location" \
    --destination-run-service=shop-test-events --destination-run-region="$REGION" \
    --destination-run-path=/.faasade/events/forget-file \
    --event-filters=type=google.cloud.storage.object.v1.deleted --event-filters="bucket=${INBOX_BUCKET}" \
    --event-data-content-type=application/json --service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
subscription=$(gcloud eventarc triggers describe shop-test-forget-file --location="$location" --format='value(transport.pubsub.subscription)')
gcloud pubsub subscriptions update "$subscription" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never
gcloud pubsub subscriptions add-iam-policy-binding "$subscription" \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null

# Messages of topics.
if there gcloud pubsub subscriptions describe shop-test-work; then
  gcloud pubsub subscriptions update shop-test-work \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/work" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=31 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=7 \
    --message-retention-duration=7d --expiration-period=never \
    --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
else
  gcloud pubsub subscriptions create shop-test-work --topic="${JOBS_TOPIC}" \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/work" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=31 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=7 \
    --message-retention-duration=7d --expiration-period=never \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi
gcloud pubsub subscriptions add-iam-policy-binding shop-test-work \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null
if there gcloud pubsub subscriptions describe shop-test-take-readings; then
  gcloud pubsub subscriptions update shop-test-take-readings \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/take-readings" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
else
  gcloud pubsub subscriptions create shop-test-take-readings --topic="${READINGS_TOPIC}" \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/take-readings" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi
gcloud pubsub subscriptions add-iam-policy-binding shop-test-take-readings \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null
if there gcloud pubsub subscriptions describe shop-test-count-sales; then
  gcloud pubsub subscriptions update shop-test-count-sales \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/count-sales" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
else
  gcloud pubsub subscriptions create shop-test-count-sales --topic="${SALES_TOPIC}" \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/count-sales" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi
gcloud pubsub subscriptions add-iam-policy-binding shop-test-count-sales \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null
if there gcloud pubsub subscriptions describe shop-test-count-other-sales; then
  gcloud pubsub subscriptions update shop-test-count-other-sales \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/count-other-sales" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
else
  gcloud pubsub subscriptions create shop-test-count-other-sales --topic="${OTHER_SALES_TOPIC}" \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/count-other-sales" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi
gcloud pubsub subscriptions add-iam-policy-binding shop-test-count-other-sales \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null
if there gcloud pubsub subscriptions describe shop-test-log-temperature; then
  gcloud pubsub subscriptions update shop-test-log-temperature \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/log-temperature" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --update-labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
else
  gcloud pubsub subscriptions create shop-test-log-temperature --topic="${TEMPERATURES_TOPIC}" \
    --push-endpoint="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/log-temperature" \
    --push-auth-service-account="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --push-auth-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --ack-deadline=40 --min-retry-delay=10s --max-retry-delay=600s \
    --dead-letter-topic=shop-test-dead-letters --max-delivery-attempts=5 \
    --message-retention-duration=7d --expiration-period=never \
    --labels=faasade-app=shop,faasade-stage=test,faasade-deployment=shop-test
fi
gcloud pubsub subscriptions add-iam-policy-binding shop-test-log-temperature \
    --member="serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com" --role=roles/pubsub.subscriber > /dev/null

# Due times.
if there gcloud scheduler jobs describe shop-test-nightly --location="$REGION"; then
  gcloud scheduler jobs update http shop-test-nightly --location="$REGION" \
    --schedule='30 2 1 * 1' --time-zone=Europe/Berlin \
    --uri="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/nightly" --http-method=post \
    --message-body='{"job":"shop/nightly"}' \
    --oidc-service-account-email="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --oidc-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --attempt-deadline=910s --max-retry-attempts=1 \
    --min-backoff=10s --max-backoff=600s \
    --description='nightly: 30 2 1 * 1' \
    --update-headers=Content-Type=application/json
else
  gcloud scheduler jobs create http shop-test-nightly --location="$REGION" \
    --schedule='30 2 1 * 1' --time-zone=Europe/Berlin \
    --uri="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app/.faasade/events/nightly" --http-method=post \
    --message-body='{"job":"shop/nightly"}' \
    --oidc-service-account-email="shop-test-sender@${PROJECT_ID}.iam.gserviceaccount.com" --oidc-token-audience="https://shop-test-events-${PROJECT_NUMBER}.${REGION}.run.app" \
    --attempt-deadline=910s --max-retry-attempts=1 \
    --min-backoff=10s --max-backoff=600s \
    --description='nightly: 30 2 1 * 1' \
    --headers=Content-Type=application/json
fi
