// A stage on Google Cloud as one works with it: requests with an identity token, stores, logs, and dead letters.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../ledger.ts";
import { storesOf } from "../shared/open-store.ts";
import { callEvent, dueEvent, postEvent } from "../shared/post-event.ts";
import type { StageClient } from "../stage.ts";
import type { Place } from "../target.ts";
import { deadLettersOf } from "./dead-letters.ts";
import { type Gcloud, gcloudAt } from "./gcloud.ts";
import { type Found, kinds } from "./kinds.ts";
import { logLines } from "./logs.ts";

export async function openStage(ledger: Ledger, place: Place): Promise<StageClient> {
  const gcloud = gcloudAt(place);
  const stores = storesOf(ledger);
  const id = {
    app: ledger.app,
    stage: ledger.stage,
    platform: ledger.platform,
    name: `${ledger.app}-${ledger.stage}`,
  };
  usePersonsCredentials();
  const authorize = authorizer(gcloud);
  let services: Promise<readonly Found[]> | undefined;
  const destinationOf = async (name: string): Promise<string> => {
    services ??= gcloud.json<readonly Found[]>(kinds.service.list(id.name, gcloud), {
      to: `ask for the services of ${id.name}`,
    });
    const names = [`${id.name}-${name}`, `${id.name}-events`];
    const found = (await services).find(({ metadata }) => names.includes(metadata?.name ?? ""));
    if (found?.status?.url !== undefined) return `${found.status.url}/.faasade/events/${name}`;
    throw new Refusal(
      `Cannot start ${name} on stage ${id.stage}: no service there takes events of it. Functions with http are reached at their URL.`,
    );
  };
  const letters = deadLettersOf({ id, gcloud, destinationOf, authorize });
  return {
    url: ledger.url,
    authorize,
    async invoke(name, data) {
      const url = await destinationOf(name);
      const jobs = await gcloud.json<readonly Found[]>(kinds.job.list(id.name, gcloud), {
        to: `ask for the due times of ${id.name}`,
      });
      const isScheduled = jobs.some(
        (job) => kinds.job.nameOf(job)?.replace(/-\d+$/, "") === `${id.name}-${name}`,
      );
      return postEvent(url, isScheduled ? dueEvent(id.app, name) : callEvent(data), authorize);
    },
    store: stores.store,
    logs: (options) => logLines(gcloud, id, options),
    deadLetters: letters.list,
    replay: letters.replay,
    close: stores.close,
  };
}

/** Cloud Run asks whom it lets through for an identity token: https://cloud.google.com/run/docs/authenticating/developers */
function authorizer(gcloud: Gcloud): (request: Request) => Promise<Request> {
  let token: Promise<string> | undefined;
  return async (request) => {
    token ??= gcloud.run(["auth", "print-identity-token"], { to: "ask for an identity token" });
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${(await token).trim()}`);
    return new Request(request, { headers });
  };
}

/** Drivers find whom a process is where every library of Google's does, but for the file that a person's sign-in leaves. */
function usePersonsCredentials(): void {
  const folder =
    process.env["CLOUDSDK_CONFIG"] ?? join(process.env["APPDATA"] ?? join(homedir(), ".config"), "gcloud");
  const file = join(folder, "application_default_credentials.json");
  if (!process.env["GOOGLE_APPLICATION_CREDENTIALS"] && existsSync(file))
    process.env["GOOGLE_APPLICATION_CREDENTIALS"] = file;
}
