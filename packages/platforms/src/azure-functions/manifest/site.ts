// The function app itself: plan, storage, log, identity and settings.

import { startedBy } from "../../shared/manifest/deployment.ts";
import { deadLettersContainer } from "../bindings.ts";
import { attemptsSetting, routePrefix, schedulesSetting, timeoutSetting } from "../names.ts";
import { storageBody, uniqueName } from "./accounts.ts";
import { expression, interpolate, type Value } from "./bicep.ts";
import type { Plan } from "./plan.ts";
import { assign } from "./roles.ts";
import { timersOf } from "./schedules.ts";

/**
 * The latest that is generally available, for both packagings.
 * https://www.npmjs.com/package/@azure/functions/v/4.16.5
 * https://learn.microsoft.com/azure/azure-functions/supported-languages
 */
const nodeVersion = "24";
const storage = "Microsoft.Storage/storageAccounts";

export function addSite(plan: Plan): void {
  const { template, labels } = plan;
  template.parameter("location", {
    type: "string",
    description: "The region.",
    default: expression("resourceGroup().location"),
  });
  template.parameter("instanceMegabytes", {
    type: "int",
    description: "Memory of an instance, in MB; CPU grows with it.",
    default: 2048,
    allowed: [512, 2048, 4096],
  });
  template.parameter("mostInstances", { type: "int", description: "How far it scales.", default: 100 });
  template.parameter("logRetentionDays", {
    type: "int",
    description: "How long logs are kept, in days.",
    default: 30,
  });
  template.variable("siteName", uniqueName(`${labels["faasade-deployment"]}-`, plan));
  addLog(plan);
  addStorage(plan);
  template.resource("plan", "Microsoft.Web/serverfarms@2024-04-01", {
    name: expression("siteName"),
    location: expression("location"),
    kind: "functionapp",
    sku: { name: "FC1", tier: "FlexConsumption" },
    properties: { reserved: true },
  });
  template.resource("site", "Microsoft.Web/sites@2024-04-01", {
    name: expression("siteName"),
    location: expression("location"),
    kind: "functionapp,linux",
    identity: { type: "SystemAssigned" },
    properties: {
      serverFarmId: expression("plan.id"),
      httpsOnly: true,
      functionAppConfig: {
        deployment: {
          storage: {
            type: "blobContainer",
            value: interpolate`${expression("host.properties.primaryEndpoints.blob")}${expression("deployments.name")}`,
            authentication: { type: "SystemAssignedIdentity" },
          },
        },
        runtime: { name: "node", version: nodeVersion },
        scaleAndConcurrency: {
          instanceMemoryMB: expression("instanceMegabytes"),
          maximumInstanceCount: expression("mostInstances"),
        },
      },
      siteConfig: { minTlsVersion: "1.2", appSettings: appSettings(plan) },
    },
  });
  assign(plan, { role: "Storage Blob Data Owner", on: "host" });
  assign(plan, { role: "Monitoring Metrics Publisher", on: "insights" });
  template.output("url", "Where the app is.", expression("appUrl"));
  template.output("siteName", "What the function app is called.", expression("site.name"));
}

function addLog({ template }: Plan): void {
  template.resource("logs", "Microsoft.OperationalInsights/workspaces@2023-09-01", {
    name: expression("siteName"),
    location: expression("location"),
    properties: { sku: { name: "PerGB2018" }, retentionInDays: expression("logRetentionDays") },
  });
  template.resource("insights", "Microsoft.Insights/components@2020-02-02", {
    name: expression("siteName"),
    location: expression("location"),
    kind: "web",
    properties: {
      Application_Type: "web",
      DisableLocalAuth: true,
      WorkspaceResourceId: expression("logs.id"),
      RetentionInDays: expression("logRetentionDays"),
    },
  });
}

/** The host's own account, apart from the app's data: the host may do everything in it. */
function addStorage(plan: Plan): void {
  const { template } = plan;
  template.resource("host", `${storage}@2023-05-01`, { name: uniqueName("host", plan), ...storageBody });
  template.resource("hostBlobs", `${storage}/blobServices@2023-05-01`, {
    parent: expression("host"),
    name: "default",
  });
  for (const [symbol, name] of [
    ["deployments", "deployments"],
    ["deadLetters", deadLettersContainer],
  ] as const)
    template.resource(symbol, `${storage}/blobServices/containers@2023-05-01`, {
      parent: expression("hostBlobs"),
      name,
      properties: { publicAccess: "None" },
    });
}

function appSettings(plan: Plan): Value {
  return Object.entries(settingsOf(plan)).map(([name, value]) => ({ name, value }));
}

/** What the app finds in its environment; what is no text is known when it is deployed. */
export function settingsOf(plan: Plan): Readonly<Record<string, Value>> {
  const { settings, template, deployment, functions } = plan;
  const mount = deployment.packaging === "custom-handler" ? routePrefix : "";
  template.parameter("publicUrl", {
    type: "string",
    description: "The app's URL, under a domain of yours; empty: its own.",
    default: "",
  });
  const own = interpolate`https://${expression("siteName")}.azurewebsites.net${mount}`;
  const url = template.variable("appUrl", expression(`empty(publicUrl) ? ${own.text} : publicUrl`));
  const attempts = Object.fromEntries(functions.map(({ name, maxAttempts }) => [name, maxAttempts]));
  return {
    AzureWebJobsStorage__accountName: expression("host.name"),
    AzureWebJobsDisableHomepage: "true",
    APPLICATIONINSIGHTS_CONNECTION_STRING: expression("insights.properties.ConnectionString"),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: "Authorization=AAD",
    [timeoutSetting]: timeoutOf(plan),
    [attemptsSetting]: JSON.stringify(attempts),
    [schedulesSetting]: JSON.stringify(timersOf(plan)),
    ...(startedBy(plan, "http").length > 0 ? { PUBLIC_URL: url } : {}),
    ...Object.fromEntries(settings),
  };
}

/** Half a minute more than the slowest function may take, so that it is the function that gives up. */
export function timeoutOf({ functions }: Pick<Plan, "functions">): string {
  const seconds = Math.max(60, ...functions.map(({ timeoutSeconds }) => Math.ceil(timeoutSeconds))) + 30;
  const part = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(part).join(":");
}
