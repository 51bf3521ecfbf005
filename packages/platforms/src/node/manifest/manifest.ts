// What runs an app on a machine of your own: a unit for systemd or a compose file, and the files that an operator fills in.
import { type FunctionDescription, urlVariable } from "@faasade/core/adapter";
import { type Plan, planOf } from "../../shared/kubernetes/plan.ts";
import { credentialsOf, isUrlSecret } from "../../shared/manifest/credentials.ts";
import { resourceOf } from "../../shared/manifest/deployment.ts";
import { settingsFile } from "../../shared/manifest/settings-file.ts";
import { checkSupport } from "../../shared/manifest/support.ts";
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { composeOf } from "./compose.ts";
import { unitOf } from "./systemd.ts";

/** What is written of it differs by where data is kept. */
const dataFolders = { process: (deployment: string) => `/var/lib/${deployment}`, container: () => "/data" };

/** @throws {ManifestRefusal} for what nothing starts there. */
export function manifest(
  deployment: Deployment,
  platform: Pick<Platform, "title" | "packagings" | "triggers">,
): ManifestFile[] {
  const plan = planOf(deployment, platform);
  for (const fn of deployment.functions) checkSupport(plan, platform.triggers, fn);
  const { app, functions, packaging } = deployment;
  const folder = dataFolders[packaging as keyof typeof dataFolders](plan.labels["faasade-deployment"]);
  const driverOf = (grant: Parameters<typeof resourceOf>[1]) => resourceOf(plan, grant).driver;
  const head = `Settings of ${app}. Secrets are not among them: they stand in secrets.env.`;
  const settings = settingsFile(head, functions, {
    urls: urlsOf(plan, folder),
    driverOf,
    isUrlSecret,
  });
  const how = {
    drainSeconds: Math.max(1, ...functions.map(({ timeoutSeconds }) => Math.ceil(timeoutSeconds))) + 5,
  };
  return [
    packaging === "container"
      ? { path: "compose.yaml", content: composeOf(plan, how) }
      : { path: `${app}.service`, content: unitOf(plan, how) },
    { path: "settings.env", content: settings, keep: true },
    { path: "secrets.env", content: secretsFile(plan), keep: true },
  ];
}

/** Stores in folders are kept beside the state; the app's own functions are called within the machine. */
function urlsOf(plan: Plan, folder: string): Record<string, string> {
  const { functions, app } = plan.deployment;
  const urls: Record<string, string> = {};
  for (const grant of functions.flatMap(({ grants }) => grants)) {
    const own = grant.name.startsWith(`${app}/`) ? grant.name.slice(app.length + 1) : grant.name;
    if (own.includes("/") || grant.kind === "secret") continue;
    if (grant.kind === "function") urls[urlVariable(grant.name)] = callUrl(plan, functions, own);
    else if (resourceOf(plan, grant).driver === "file")
      urls[urlVariable(grant.name)] = `file://${folder}/${own}`;
  }
  return urls;
}

function callUrl({ refuse }: Plan, functions: readonly FunctionDescription[], name: string): string {
  if (functions.some((fn) => fn.name === name)) return `http://127.0.0.1:8081/.faasade/events/${name}`;
  throw refuse(undefined, `it calls ${name}, which it does not have`, "Deploy that function with it");
}

function secretsFile(plan: Plan): string {
  const { functions, app } = plan.deployment;
  const names = functions.flatMap(({ grants, trigger }) => [
    ...(trigger.kind === "http" && trigger.routes.some(({ auth }) => auth === "platform")
      ? ["FAASADE_GATEWAY_SECRET"]
      : []),
    ...grants.flatMap((grant) =>
      grant.kind === "secret" ? [grant.name] : credentialsOf(grant, (one) => resourceOf(plan, one).driver),
    ),
  ]);
  const lines = [...new Set(names)].sort().map((name) => `#${name}=`);
  return `${[`# Secrets of ${app}. Let nobody else read this file: chmod 600 secrets.env`, ...lines].join("\n")}\n`;
}
