// Routes of a gateway, so that functions that run apart share one origin.
import { matchPath, parseRoute } from "@faasade/core/adapter";
import { startedBy } from "../manifest/deployment.ts";
import { type KubernetesObject, selectorOf } from "./objects.ts";
import type { Plan, Pods } from "./plan.ts";

/** Where requests for some pods are sent on to. */
export type BackendOf = (pods: Pods) => {
  readonly filters?: readonly object[];
  readonly backendRefs: readonly object[];
};

interface Match {
  readonly method: string;
  readonly path: string;
}

/** An HTTPRoute has room for no more in one rule. */
const mostMatches = 64;

/**
 * One HTTPRoute for each function's pods. The gateway they belong to is called `gateway`, which an overlay may change.
 * @throws {ManifestRefusal} where requests could go to either of two functions: gateways differ in which they choose.
 */
export function routesOf(plan: Plan, pods: readonly Pods[], backendOf: BackendOf): KubernetesObject[] {
  checkOverlaps(plan);
  const preflights = new Set<string>();
  return pods.map((its) => {
    const matches = its.functions.flatMap(({ trigger }) =>
      trigger.kind === "http" ? trigger.routes.flatMap((route) => matchesOf(route, preflights)) : [],
    );
    const rules = [];
    for (let start = 0; start < matches.length; start += mostMatches)
      rules.push({ matches: matches.slice(start, start + mostMatches).map(matchOf), ...backendOf(its) });
    return {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: its.name, labels: selectorOf(its.name) },
      spec: { parentRefs: [{ name: "gateway" }], rules },
    };
  });
}

/** What a function declares, and beside it what it answers anyway: HEAD wherever GET, OPTIONS everywhere. */
function matchesOf({ method, path }: Match, preflights: Set<string>): Match[] {
  const matches = [{ method, path }];
  if (method === "GET") matches.push({ method: "HEAD", path });
  const shape = regularExpression(path);
  // A preflight goes to the first function of a path.
  if (method !== "*" && !preflights.has(shape)) matches.push({ method: "OPTIONS", path });
  preflights.add(shape);
  return matches;
}

function matchOf({ method, path }: Match): object {
  const isExact = !path.includes("{");
  const value = isExact ? path : regularExpression(path);
  return {
    path: { type: isExact ? "Exact" : "RegularExpression", value },
    ...(method === "*" ? {} : { method }),
  };
}

/** Anchored: some gateways match any part of the path. */
function regularExpression(path: string): string {
  const segments = parseRoute(`GET ${path}`).segments.map(({ kind, text }) => {
    if (kind === "literal") return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return kind === "rest" ? ".+" : "[^/]+";
  });
  return `^/${segments.join("/")}$`;
}

function checkOverlaps(plan: Plan): void {
  const all = startedBy(plan.deployment, "http").flatMap(({ fn, trigger }) =>
    trigger.routes.map((route) => ({ name: fn.name, ...route })),
  );
  for (const [place, one] of all.entries())
    for (const other of all.slice(place + 1)) {
      if (one.name === other.name || !isAmbiguous(one, other)) continue;
      throw plan.refuse(
        one.name,
        `a request may match its ${one.method} ${one.path} and ${other.method} ${other.path} of ${other.name}, and gateways differ in which they choose`,
        "Deploy the app as one unit",
      );
    }
}

/** An exact path is chosen before an expression by every gateway, and a method before none. */
function isAmbiguous(one: Match, other: Match): boolean {
  if (one.method !== other.method && one.method !== "*" && other.method !== "*") return false;
  const [first, second] = [regularExpression(one.path), regularExpression(other.path)];
  if (first === second) return one.method === other.method;
  if (!one.path.includes("{") || !other.path.includes("{")) return false;
  return overlap(one.path, other.path);
}

/** Whether some path matches both: each parameter takes what the other has in its place. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => path.split("/")) as [string[], string[]];
  const isRest = (part: string | undefined): boolean => part?.endsWith("+}") === true;
  const length = Math.max(a.length, b.length);
  const path = Array.from({ length }, (_, index) => {
    const parts = [
      isRest(a.at(-1)) && index >= a.length ? a.at(-1) : a[index],
      isRest(b.at(-1)) && index >= b.length ? b.at(-1) : b[index],
    ];
    return parts.find((part) => part !== undefined && !part.startsWith("{")) ?? "x";
  }).join("/");
  return [one, other].every((each) => matchPath(parseRoute(`GET ${each}`), path) !== undefined);
}
