// One statement in a database of an app, or in the world's own, on the operator's word.
import { FunctionError } from "@faasade/core";
import type { World } from "../world.ts";
import { chooseName } from "./choose-name.ts";
import { shownRows } from "./shown-rows.ts";

/** What a statement may leave to the session, which the app's functions have next. */
const forget = "reset all; reset session authorization; discard temp; unlisten *; deallocate all";

/** @throws {FunctionError} `invalid` when the statement is at fault, `not_found` when there is no such database. */
export async function runSql(
  world: World,
  database: string,
  query: string,
  params: readonly unknown[],
): Promise<unknown> {
  const names = [...world.apps.values()].flatMap((app) =>
    app.resources
      .filter(({ kind }) => kind === "sql")
      .map(({ name }) => (name.includes("/") ? name : `${app.source.name}/${name}`)),
  );
  const chosen = chooseName(
    "database",
    database,
    [...names, "world"],
    (message) => new FunctionError("not_found", message),
  );
  const ask =
    chosen === "world"
      ? world.databases.askWorld(async (session) => {
          // What the world keeps of itself is to look at: a change would be seen by nobody who relies on it.
          await session.query("set transaction read only");
          return session.query(query, params);
        })
      : (await world.databases.get(chosen)).transaction(async (session) => {
          const result = await session.query(query, params);
          await session.execute(forget);
          return result;
        });
  const { rows, count } = await ask.catch(refuseStatement);
  return shownRows({ rows, count });
}

/** In a function a wrong statement is the function's fault; here it is what was asked for. */
function refuseStatement(error: unknown): never {
  const { code, message, cause } = error as FunctionError;
  if (code === "internal" && cause instanceof Error && cause.name === "DatabaseError")
    throw new FunctionError("invalid", message, { cause });
  throw error;
}
