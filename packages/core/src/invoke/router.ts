// Finds the function behind a method and a path; unknown routes load nothing.
import { compareRoutes, matchPath, type RoutePattern, routeClaim } from "../http/route.ts";
import type { RouteOutline } from "../trigger/catalog.ts";
import type { FunctionEntry } from "./host.ts";

export interface RouteMatch {
  readonly entry: FunctionEntry;
  readonly route: RouteOutline;
  readonly params: Record<string, string>;
}

interface Target {
  readonly entry: FunctionEntry;
  readonly route: RouteOutline;
}

export class Router {
  readonly #literal = new Map<string, Target[]>();
  readonly #patterns: Target[] = [];

  /** @throws {TypeError} when two functions claim the same method and path. */
  constructor(entries: readonly FunctionEntry[]) {
    const claimed = new Map<string, string>();
    for (const entry of entries) {
      if (entry.trigger.kind !== "http") continue;
      for (const route of entry.trigger.routes) {
        const claim = routeClaim(route.pattern);
        const other = claimed.get(claim);
        if (other !== undefined)
          throw new TypeError(`Cannot route ${claim}: both ${other} and ${entry.name} claim it.`);
        claimed.set(claim, entry.name);
        this.#add({ entry, route });
      }
    }
    this.#patterns.sort((a, b) => compareRoutes(a.route.pattern, b.route.pattern));
  }

  /** The best match; GET answers HEAD too. @throws {FunctionError} `invalid` for a malformed path. */
  match(method: string, path: string): RouteMatch | undefined {
    return this.#find(path, (pattern) => answers(pattern, method));
  }

  /** The methods that something answers on this path, for `allow`; empty when nothing does. */
  allowed(path: string): string[] {
    const methods = new Set<string>();
    this.#find(path, ({ method }) => {
      methods.add(method);
      if (method === "GET") methods.add("HEAD");
      return false;
    });
    return [...methods].sort();
  }

  #add(target: Target): void {
    const { pattern } = target.route;
    if (pattern.segments.some(({ kind }) => kind !== "literal")) this.#patterns.push(target);
    else this.#literal.set(pattern.path, [...(this.#literal.get(pattern.path) ?? []), target]);
  }

  #find(path: string, accepts: (pattern: RoutePattern) => boolean): RouteMatch | undefined {
    for (const { entry, route } of this.#literal.get(path) ?? []) {
      if (accepts(route.pattern)) return { entry, route, params: {} };
    }
    for (const { entry, route } of this.#patterns) {
      const params = matchPath(route.pattern, path);
      if (params !== undefined && accepts(route.pattern)) return { entry, route, params };
    }
    return undefined;
  }
}

function answers(pattern: RoutePattern, method: string): boolean {
  return (
    pattern.method === method || pattern.method === "*" || (method === "HEAD" && pattern.method === "GET")
  );
}
