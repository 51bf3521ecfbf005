// The apps of this repository, and one made up to have every trigger, as deployments.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type AnyFunction,
  describeFunction,
  type FunctionDescription,
  type Grant,
  type RouteDescription,
} from "@faasade/core/adapter";
import { grantedOn } from "../../src/shared/manifest/granted.ts";
import type { DeployedResource, Deployment, Platform, Unit } from "../../src/shared/platform.ts";

const folder = join(import.meta.dirname, "../../../../apps");

/** Every app that is there: any of them may be deleted. */
export const presentApps: readonly string[] = readdirSync(folder).filter((app) =>
  existsSync(join(folder, app, "src/functions")),
);

export async function functionsOfApp(app: string): Promise<FunctionDescription[]> {
  const functions = join(folder, app, "src/functions");
  const files = readdirSync(functions).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.sort().map(async (file) => {
      const module = (await import(pathToFileURL(join(functions, file)).href)) as { default: AnyFunction };
      return describeFunction(module.default);
    }),
  );
}

export function fn(parts: Pick<FunctionDescription, "name" | "trigger"> & Partial<FunctionDescription>) {
  return { timeoutSeconds: 30, maxAttempts: 5, grants: [], settings: [], ...parts };
}

export function route(
  method: string,
  path: string,
  auth: RouteDescription["auth"] = "public",
): RouteDescription {
  return { method, path, auth, maxBodyBytes: 1 << 20 };
}

export function grant(kind: string, name: string, access: Grant["access"]): Grant {
  return { kind, name, access };
}

export interface Choices {
  readonly unit?: Unit;
  readonly stage?: string;
  readonly packaging?: string;
  /** Drivers by the name of their resource; the platform's own where nothing is said. */
  readonly drivers?: Readonly<Record<string, string>>;
}

/** The deployment that a build would hand over. */
export function deploymentOn(
  platform: Platform,
  app: string,
  described: readonly FunctionDescription[],
  { unit = "app", stage = "test", packaging = "image", drivers = {} }: Choices = {},
): Deployment {
  const functions = described.map((fn) => grantedOn(platform, fn));
  const names = functions.map(({ name }) => name);
  const artefacts =
    unit === "app"
      ? [{ name: app, functions: names, path: `${app}.image` }]
      : names.map((name) => ({ name, functions: [name], path: `${name}.image` }));
  const resources = new Map<string, DeployedResource>();
  for (const { kind, name } of functions.flatMap(({ grants }) => grants))
    resources.set(`${kind} ${name}`, {
      kind,
      name,
      driver: drivers[name] ?? platform.drivers[kind] ?? "none",
    });
  const system = { os: "linux", cpu: "x64", libc: "glibc" } as const;
  return { app, stage, packaging, unit, system, functions, artefacts, resources: [...resources.values()] };
}

const currency = { variable: "CURRENCY", description: "In which prices are.", default: "EUR" };
const issuer = { variable: "ISSUER", description: "Who signs the tokens." };

/** What starts on every platform here. */
export const shop: readonly FunctionDescription[] = [
  fn({
    name: "orders",
    trigger: {
      kind: "http",
      routes: [
        route("GET", "/orders/{id}", "jwt"),
        route("POST", "/orders"),
        route("*", "/hooks/{rest+}", "signature"),
      ],
    },
    timeoutSeconds: 45,
    settings: [currency, issuer],
    grants: [
      grant("secret", "HOOK_SECRET", "read"),
      grant("queue", "jobs", "send"),
      grant("sql", "ledger", "readWrite"),
    ],
  }),
  fn({
    name: "cancel-order",
    trigger: { kind: "http", routes: [route("DELETE", "/orders/{number}", "platform")] },
    grants: [grant("function", "price", "call"), grant("function", "other/refund", "call")],
  }),
  fn({
    name: "nightly",
    trigger: { kind: "schedule", cron: "30 2 1 * 1", timeZone: "Europe/Berlin", misfire: "once" },
    timeoutSeconds: 300,
    maxAttempts: 3,
    grants: [grant("object-store", "exports", "write")],
  }),
  fn({
    name: "minutely",
    trigger: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", misfire: "skip" },
    maxAttempts: 1,
  }),
  fn({
    name: "work",
    trigger: { kind: "message", source: "jobs", sourceKind: "queue", format: "cloudevents" },
    timeoutSeconds: 20.5,
    maxAttempts: 7,
    grants: [grant("queue", "jobs", "trigger"), grant("secret", "MAIL_KEY", "read")],
  }),
  fn({
    name: "take-readings",
    trigger: {
      kind: "message",
      source: "readings",
      sourceKind: "queue",
      format: "raw",
      batch: { size: 500, windowSeconds: 1 },
    },
    grants: [grant("queue", "readings", "trigger")],
  }),
  fn({ name: "price", trigger: { kind: "call" }, settings: [currency] }),
];

/** Beside these, what objects start. */
export const shopWithObjects: readonly FunctionDescription[] = [
  ...shop,
  fn({
    name: "import-file",
    trigger: { kind: "object", store: "inbox", change: "created", prefix: "in/", suffix: [".csv", ".T_V"] },
    grants: [grant("object-store", "inbox", "trigger"), grant("object-store", "inbox", "read")],
  }),
  fn({
    name: "forget-file",
    trigger: { kind: "object", store: "inbox", change: "removed" },
    maxAttempts: 1,
    grants: [grant("object-store", "inbox", "trigger"), grant("object-store", "exports", "readWrite")],
  }),
];
