// A made-up app in which every trigger, every access and every kind of resource occurs.
import type { FunctionDescription, Grant, RouteDescription } from "@faasade/core/adapter";

type Parts = Pick<FunctionDescription, "name" | "trigger"> & Partial<FunctionDescription>;

export function describe(parts: Parts): FunctionDescription {
  return { timeoutSeconds: 30, maxAttempts: 5, grants: [], settings: [], ...parts };
}

export function route(method: string, path: string, parts: Partial<RouteDescription> = {}): RouteDescription {
  return { method, path, auth: "public", maxBodyBytes: 1 << 20, ...parts };
}

export function grant(kind: string, name: string, access: Grant["access"]): Grant {
  return { kind, name, access };
}

const issuer = { variable: "ISSUER", description: "Who signs the tokens." };
const pageSize = { variable: "PAGE_SIZE", description: "How many at once.", default: 20 };

export const everyTrigger: readonly FunctionDescription[] = [
  describe({
    name: "orders",
    trigger: {
      kind: "http",
      routes: [
        route("GET", "/orders/{id}", { auth: "jwt" }),
        route("POST", "/orders", { auth: "platform" }),
        route("*", "/hooks/{rest+}", { auth: "signature", maxBodyBytes: 10 << 20 }),
      ],
    },
    timeoutSeconds: 45,
    settings: [issuer, pageSize],
    grants: [
      grant("secret", "HOOK_SECRET", "read"),
      grant("queue", "jobs", "send"),
      grant("topic", "other/sales", "send"),
      grant("sql", "ledger", "readWrite"),
    ],
  }),
  describe({
    name: "cancel-order",
    trigger: { kind: "http", routes: [route("DELETE", "/orders/{number}", { auth: "platform" })] },
    grants: [grant("function", "price", "call"), grant("function", "other/refund", "call")],
  }),
  describe({
    name: "nightly",
    // Either day field is enough: AWS needs two expressions.
    trigger: { kind: "schedule", cron: "30 2 1 * 1", timeZone: "Europe/Berlin", misfire: "once" },
    timeoutSeconds: 900,
    maxAttempts: 2,
    grants: [grant("object-store", "exports", "write")],
  }),
  describe({
    name: "import-file",
    trigger: { kind: "object", store: "inbox", change: "created", suffix: [".csv", ".TSV"] },
    grants: [grant("object-store", "inbox", "trigger"), grant("object-store", "inbox", "read")],
  }),
  describe({
    name: "import-archive",
    trigger: { kind: "object", store: "inbox", change: "created", prefix: "archive/", suffix: [".zip"] },
    grants: [grant("object-store", "inbox", "trigger")],
  }),
  describe({
    name: "forget-file",
    trigger: { kind: "object", store: "inbox", change: "removed" },
    maxAttempts: 1,
    grants: [grant("object-store", "inbox", "trigger"), grant("object-store", "exports", "readWrite")],
  }),
  describe({
    name: "work",
    trigger: { kind: "message", source: "jobs", sourceKind: "queue", format: "cloudevents" },
    timeoutSeconds: 20.5,
    maxAttempts: 7,
    grants: [grant("queue", "jobs", "trigger")],
  }),
  describe({
    name: "take-readings",
    trigger: {
      kind: "message",
      source: "readings",
      sourceKind: "queue",
      format: "raw",
      batch: { size: 500, windowSeconds: 0 },
    },
    grants: [grant("queue", "readings", "trigger")],
  }),
  describe({
    name: "count-sales",
    trigger: { kind: "message", source: "sales", sourceKind: "topic", format: "cloudevents" },
    grants: [grant("topic", "sales", "trigger"), grant("topic", "sales", "send")],
  }),
  describe({
    name: "count-other-sales",
    trigger: { kind: "message", source: "other/sales", sourceKind: "topic", format: "cloudevents" },
    grants: [grant("topic", "other/sales", "trigger")],
  }),
  describe({
    name: "log-temperature",
    trigger: { kind: "message", source: "temperatures", sourceKind: "topic", format: "raw" },
    grants: [grant("topic", "temperatures", "trigger")],
  }),
  describe({
    name: "price",
    trigger: { kind: "call" },
    grants: [grant("function", "discount", "call")],
  }),
  // The other half of a circle of calls.
  describe({
    name: "discount",
    trigger: { kind: "call" },
    grants: [grant("function", "price", "call")],
  }),
];
