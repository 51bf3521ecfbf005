// What the functions were granted, as roles; their secrets, settings and sign-in as the app's settings.
import type { Grant, SettingDescription } from "@faasade/core/adapter";
import { resourceOf, startedBy } from "../../shared/manifest/deployment.ts";
import { expression, interpolate, type Value } from "./bicep.ts";
import { plain, symbol } from "./names.ts";
import { placeOf } from "./places.ts";
import type { Plan } from "./plan.ts";
import { refused } from "./refusal.ts";
import { assign, rolesOfDriver } from "./roles.ts";

export function addGrants(plan: Plan): void {
  for (const { grants, settings } of plan.functions) {
    for (const grant of grants)
      if (grant.kind === "secret") addSecret(plan, grant.name);
      else addGrant(plan, grant);
    for (const setting of settings) plan.settings.set(setting.variable, settingValue(plan, setting));
  }
  addSignIn(plan);
}

function addGrant(plan: Plan, grant: Grant): void {
  const place = placeOf(plan, grant);
  if (place === undefined) return;
  const { driver } = resourceOf(plan, grant);
  const after = place.created === undefined ? {} : { after: place.created };
  for (const role of rolesOfDriver[driver]?.[grant.access] ?? [])
    assign(plan, { role, on: place.symbol, ...after });
}

/** A reference that App Service follows: the value is in no template and no setting. */
function addSecret(plan: Plan, secret: string): void {
  const { template, deployment, settings } = plan;
  const { driver } = resourceOf(plan, { kind: "secret", name: secret });
  if (driver !== "env")
    throw refused(
      undefined,
      `its secret ${secret} is built with the ${driver} driver, and only env is filled in here`,
      "Build it with the env driver for secrets",
    );
  template.parameter("vaultName", {
    type: "string",
    description: "The key vault of this resource group, with roles for access, that holds the app's secrets.",
    minLength: 3,
  });
  template.existing("vault", "Microsoft.KeyVault/vaults@2023-07-01", { name: expression("vaultName") });
  const id = symbol(secret, "Secret");
  const name = plain(`${deployment.app}-${deployment.stage}-${secret}`, 127);
  template.existing(id, "Microsoft.KeyVault/vaults/secrets@2023-07-01", {
    parent: expression("vault"),
    name,
  });
  assign(plan, { role: "Key Vault Secrets User", on: id });
  settings.set(
    secret,
    interpolate`@Microsoft.KeyVault(VaultName=${expression("vaultName")};SecretName=${name})`,
  );
}

function settingValue(
  { template }: Plan,
  { variable, description, default: usual }: SettingDescription,
): Value {
  const value =
    usual === undefined ? {} : { default: typeof usual === "string" ? usual : JSON.stringify(usual) };
  return template.parameter(symbol(variable, "Setting"), { type: "string", description, ...value });
}

/** For routes with `auth: "platform"`: App Service says who asks, and lets everybody else through to the other routes. */
function addSignIn(plan: Plan): void {
  const isAsked = startedBy(plan, "http").some(({ trigger }) =>
    trigger.routes.some(({ auth }) => auth === "platform"),
  );
  if (!isAsked) return;
  const { template } = plan;
  template.parameter("clientId", {
    type: "string",
    description:
      "The application (client) id in Microsoft Entra that callers of guarded routes ask tokens for.",
    minLength: 36,
  });
  template.resource("signIn", "Microsoft.Web/sites/config@2024-04-01", {
    parent: expression("site"),
    name: "authsettingsV2",
    properties: {
      platform: { enabled: true },
      globalValidation: { requireAuthentication: false, unauthenticatedClientAction: "AllowAnonymous" },
      identityProviders: {
        azureActiveDirectory: {
          enabled: true,
          registration: {
            clientId: expression("clientId"),
            openIdIssuer: expression(
              `'\${environment().authentication.loginEndpoint}\${tenant().tenantId}/v2.0'`,
            ),
          },
          validation: {
            allowedAudiences: [expression("clientId"), interpolate`api://${expression("clientId")}`],
          },
        },
      },
    },
  });
}
