// Stands in for the reading of routes in built artefacts, which hold every route as data, read when they were described.
import type { RoutePattern } from "./route.ts";

/** As much as tells one route of a function from another. */
export function parseRoute(route: string): RoutePattern {
  const [method = "", path = ""] = route.split(" ");
  return { method, path, segments: [] };
}
