// Which function of an app will answer a request: for the journal, and for how long it may take.
import { compareRoutes, type FunctionDescription, matchPath, parseRoute } from "@faasade/core/adapter";

/** Undefined when no route matches; the app itself then says so. */
export function findRoute(
  functions: readonly FunctionDescription[],
  method: string,
  path: string,
): FunctionDescription | undefined {
  const candidates = functions.flatMap((description) =>
    description.trigger.kind === "http"
      ? description.trigger.routes
          .filter(
            (route) => [method, "*"].includes(route.method) || (method === "HEAD" && route.method === "GET"),
          )
          .map((route) => ({ description, pattern: parseRoute(`${route.method} ${route.path}`) }))
      : [],
  );
  candidates.sort((a, b) => compareRoutes(a.pattern, b.pattern));
  try {
    return candidates.find(({ pattern }) => matchPath(pattern, path) !== undefined)?.description;
  } catch {
    return undefined; // malformed percent-encoding: the app answers 400
  }
}

/** Whether a function answers on a path by some method; a malformed path is for the app to refuse. */
export function answersAt(functions: readonly FunctionDescription[], path: string): boolean {
  try {
    return routesOf(functions).some((route) => matchPath(parseRoute(route), path) !== undefined);
  } catch {
    return true;
  }
}

/** Every route of an app, such as `GET /{name}`. */
export function routesOf(functions: readonly FunctionDescription[]): string[] {
  return functions.flatMap(({ trigger }) =>
    trigger.kind === "http" ? trigger.routes.map(({ method, path }) => `${method} ${path}`) : [],
  );
}
