// A stage on Azure as one works with it: requests with a token of Entra's, stores, logs, and dead letters.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../ledger.ts";
import { storesOf } from "../shared/open-store.ts";
import { callEvent, post, postEvent } from "../shared/post-event.ts";
import type { StageClient, StageReply } from "../stage.ts";
import type { Place } from "../target.ts";
import { type Az, azAt } from "./az.ts";
import { deadLettersOf } from "./dead-letters.ts";
import { logLines } from "./logs.ts";
import { type AzureStanding, look } from "./look.ts";

export async function openStage(ledger: Ledger, place: Place): Promise<StageClient> {
  const { app, stage, platform } = ledger;
  const id = { app, stage, platform, name: `${app}-${stage}` };
  const az = azAt(id, place);
  const stores = storesOf(ledger);
  let asked: Promise<AzureStanding> | undefined;
  const standing = (): Promise<AzureStanding> => {
    asked ??= look(id, place);
    return asked;
  };
  const authorize = authorizer(az, standing);
  return {
    url: ledger.url,
    authorize,
    async invoke(name, data) {
      const called = await postEvent(`${ledger.url}/.faasade/events/${name}`, callEvent(data), authorize);
      // No such route: it is started by something else than calls, and the host starts it for whom it trusts.
      return called.error?.code === "not_found" || called.error?.code === "http_404"
        ? start(name, data, az, await standing())
        : called;
    },
    store: stores.store,
    logs: (options) => logLines(az, id, options),
    deadLetters: async () => deadLettersOf(az, await standing()),
    async replay(ids) {
      throw new Refusal(
        `Cannot replay ${ids.join(", ")} on Azure: Event Grid and storage queues take nothing back. Put the object again, or send the message again; what was given up stays until it is deleted.`,
      );
    },
    close: stores.close,
  };
}

/** https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http */
async function start(name: string, data: unknown, az: Az, { siteName }: AzureStanding): Promise<StageReply> {
  if (siteName === undefined)
    throw new Refusal(`Cannot start ${name}: no function app carries the stage's tag.`);
  const args = ["functionapp", "keys", "list", "--resource-group", az.group, "--name", siteName];
  const { masterKey } = await az.json<{ readonly masterKey: string }>(args, {
    to: `ask for the key of ${siteName}`,
  });
  const body = JSON.stringify({ input: data === undefined ? "" : JSON.stringify(data) });
  const headers = { "content-type": "application/json", "x-functions-key": masterKey };
  const url = `https://${siteName}.azurewebsites.net/admin/functions/${name}`;
  return post(url, headers, body, async (request) => request);
}

/** Guarded routes want a token for the application that the deployment was told of. */
function authorizer(az: Az, standing: () => Promise<AzureStanding>): (request: Request) => Promise<Request> {
  let token: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const { clientId } = (await standing()).parameters;
    if (typeof clientId !== "string") return "";
    const args = ["account", "get-access-token", "--resource", `api://${clientId}`];
    return az.run([...args, "--query", "accessToken", "--output", "tsv"], {
      to: "ask for a token of the app",
    });
  };
  return async (request) => {
    token ??= ask();
    const text = (await token).trim();
    if (text === "") return request;
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${text}`);
    return new Request(request, { headers });
  };
}
