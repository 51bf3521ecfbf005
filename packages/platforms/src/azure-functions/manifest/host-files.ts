// The files that a host reads beside the artefact: host.json, package.json and, of a custom handler, function.json.

import { resourceOf, startedBy } from "../../shared/manifest/deployment.ts";
import type { ManifestFile } from "../../shared/platform.ts";
import {
  type Binding,
  deadLettersBinding,
  eventGridBinding,
  isDropped,
  type MessageService,
  messageBinding,
  retryOf,
  timerBinding,
} from "../bindings.ts";
import { httpFunction, httpMethods, routePrefix, timerName } from "../names.ts";
import type { Plan } from "./plan.ts";
import { timersOf } from "./schedules.ts";
import { settingsOf, timeoutOf } from "./site.ts";

/** What is here for the deployment alone. */
const ignored = ["main.bicep", "build.json", "local.settings.json", ".git*"];

export function hostFiles(plan: Plan): ManifestFile[] {
  const { artefact, packaging, deployment } = plan;
  const main = `${artefact.path}/${packaging.file}`;
  const isCustom = deployment.packaging === "custom-handler";
  return [
    { path: "host.json", content: hostJson(plan, isCustom ? main : undefined) },
    {
      path: "package.json",
      content: { name: deployment.app, private: true, type: "module", ...(isCustom ? {} : { main }) },
    },
    { path: ".funcignore", content: `${ignored.join("\n")}\n` },
    { path: "local.settings.json", content: localSettings(plan, isCustom) },
    ...(isCustom ? functionFiles(plan) : []),
  ];
}

/**
 * For a host on one's own machine, never published: what is known without a deployment. The rest comes from its
 * environment. https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file
 */
function localSettings(plan: Plan, isCustom: boolean): object {
  const known = Object.entries(settingsOf(plan)).filter(([, value]) => typeof value === "string");
  const Values = {
    FUNCTIONS_WORKER_RUNTIME: isCustom ? "custom" : "node",
    AzureWebJobsStorage: "UseDevelopmentStorage=true",
    ...Object.fromEntries(known),
  };
  return { IsEncrypted: false, Values };
}

/** https://learn.microsoft.com/azure/azure-functions/functions-host-json */
function hostJson(plan: Plan, customMain: string | undefined): object {
  const queued = startedBy(plan, "message").filter(
    ({ trigger }) =>
      resourceOf(plan, { kind: trigger.sourceKind, name: trigger.source }).driver === "storage-queue",
  );
  const maxDequeueCount = Math.max(1, ...queued.map(({ fn }) => fn.maxAttempts));
  return {
    version: "2.0",
    extensionBundle: { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" },
    extensions: {
      http: { routePrefix: customMain === undefined ? "" : routePrefix.slice(1) },
      ...(queued.length === 0
        ? {}
        : { queues: { messageEncoding: "base64", maxDequeueCount, visibilityTimeout: "00:00:30" } }),
      // A lock is held on to for as long as the slowest function may take.
      serviceBus: { maxAutoLockRenewalDuration: timeoutOf(plan) },
    },
    logging: {
      applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: "Request;Exception" } },
    },
    ...(customMain === undefined
      ? {}
      : {
          customHandler: {
            description: { defaultExecutablePath: "node", arguments: [customMain] },
            enableProxyingHttpRequest: true,
          },
        }),
  };
}

function functionFiles(plan: Plan): ManifestFile[] {
  const timers = timersOf(plan);
  const files: ManifestFile[] = [];
  if (startedBy(plan, "http").length > 0)
    files.push({ path: `${httpFunction}/function.json`, content: { bindings: httpBindings } });
  for (const { fn } of startedBy(plan, "object")) files.push(eventFile(plan, fn, fn.name, eventGridBinding));
  for (const { fn } of startedBy(plan, "schedule"))
    for (const [at, expression] of (timers[fn.name] ?? []).entries())
      files.push(eventFile(plan, fn, timerName(fn.name, at), timerBinding(expression)));
  for (const { fn, trigger } of startedBy(plan, "message")) {
    const source = { kind: trigger.sourceKind, name: trigger.source };
    const { driver } = resourceOf(plan, source);
    const binding = messageBinding(driver as MessageService, fn.name, source, trigger.batch !== undefined);
    files.push(eventFile(plan, fn, fn.name, binding));
  }
  return files;
}

const httpBindings = [
  {
    type: "httpTrigger",
    direction: "in",
    name: "req",
    authLevel: "anonymous",
    methods: httpMethods.map((method) => method.toLowerCase()),
    route: "{*path}",
  },
  { type: "http", direction: "out", name: "res" },
];

function eventFile(
  { deployment }: Plan,
  { name, maxAttempts }: { readonly name: string; readonly maxAttempts: number },
  folder: string,
  binding: Binding,
): ManifestFile {
  const dropped = isDropped(binding);
  const bindings = [
    { ...binding, direction: "in" },
    ...(dropped ? [{ ...deadLettersBinding(deployment.app, name), direction: "out" }] : []),
  ];
  return {
    path: `${folder}/function.json`,
    content: { bindings, ...(dropped ? retryOf(maxAttempts) : {}) },
  };
}
