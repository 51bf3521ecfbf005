// Who App Service says is asking, where its authentication is on.
import type { HttpDelivery } from "@faasade/core/adapter";
import type { FunctionApp } from "./function-app.ts";

/** What App Service tells the app: whether it authenticates. */
const enabledSetting = "WEBSITE_AUTH_ENABLED";

/**
 * App Service takes this field from everybody else and sets it for whom it has authenticated, but only where its
 * authentication is on: otherwise anybody may have written it.
 * https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
export function principalOf(
  { host }: Pick<FunctionApp, "host">,
  headers: { get(name: string): string | null },
): Pick<HttpDelivery, "principal"> {
  if (host.configuration(enabledSetting)?.toLowerCase() !== "true") return {};
  const subject = headers.get("x-ms-client-principal-id");
  return subject === null || subject === "" ? {} : { principal: { kind: "platform", subject } };
}
