#!/bin/sh
# Stands for gcloud in tests: notes what it was asked, and knows what was created.
set -eu
printf '%s\t' "$@" >> "$GCLOUD_LOG"
printf '\n' >> "$GCLOUD_LOG"

# The kind of thing, and its name: all words up to the verb, and the first one after it that is no kind of target.
kind=''
verb=''
name=''
for word in "$@"; do
  case "$word" in
    describe | create) [ -n "$verb" ] && continue; verb=$word ;;
    --secret=*) name="${word#--secret=}" ;;
    -* | http | latest) ;;
    *) if [ -z "$verb" ]; then kind="$kind $word"; elif [ -z "$name" ]; then name=$word; fi ;;
  esac
done

# An account is created by its id and described by its address.
name=${name%%@*}

case "$kind $verb" in
  ' projects describe') echo 123456789012; exit 0 ;;
  ' storage service-agent '*) echo service-123456789012@gs-project-accounts.iam.gserviceaccount.com; exit 0 ;;
esac
case "$verb" in
  create) echo "$kind $name" >> "$GCLOUD_STATE" ;;
  describe) grep -qxF -- "$kind $name" "$GCLOUD_STATE" || exit 1 ;;
esac
case "$*" in
  *'--format=value(location)'*) echo EUROPE-WEST1 ;;
  *'--format=value(labels)'*) echo "${GCLOUD_LABELS-faasade-app=shop}" ;;
  'storage ls '*) echo "${GCLOUD_OBJECTS-}" ;;
  *'--format=value(transport.pubsub.subscription)'*) echo "projects/acme/subscriptions/eventarc-$name" ;;
  'run services replace '*) cp "$4" "$GCLOUD_SEEN" ;;
  'run deploy '*) for word in "$@"; do case "$word" in --env-vars-file=*) cp "${word#*=}" "$GCLOUD_SEEN" ;; esac; done ;;
esac
