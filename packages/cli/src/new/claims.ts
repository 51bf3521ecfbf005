// Whether a function of the app answers a new function's route already.
import { describeApp } from "@faasade/build/describe";
import { parseRoute, routeClaim } from "@faasade/core/adapter";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { refused } from "../exit-code.ts";

/**
 * @returns a note where it cannot be seen, because the app's functions do not load.
 * @throws {CommandFailure} when another function claims the route, with which the app would not start.
 */
export async function checkClaim(root: string, app: string, name: string, route: string): Promise<string[]> {
  const claim = routeClaim(parseRoute(route));
  const found = await describeApp(root, app).catch((error: Error) => error);
  if (found instanceof Refusal) return []; // it has no function yet
  if (found instanceof Error)
    return [`Whether another function answers ${route} could not be seen. ${found.message}`];
  const other = found.find(
    ({ description, outline }) =>
      // A function of the same name is refused by its file.
      description.name !== name &&
      outline.kind === "http" &&
      outline.routes.some(({ pattern }) => routeClaim(pattern) === claim),
  );
  if (other === undefined) return [];
  throw refused(
    `Cannot add ${name} to ${app}: ${other.description.name} answers ${route} already. Give it a route of its own: --http "<method> <path>"`,
  );
}
