// What an operator does to the world: finds functions, moves the clock, injects faults.
import { FunctionError } from "@faasade/core";
import type { FunctionDescription } from "@faasade/core/adapter";
import type { AppSupervisor } from "../app/supervisor.ts";
import type { World } from "../world.ts";
import type { Chaos } from "./api.ts";
import { chooseName } from "./choose-name.ts";

/** A function by `app/name`, or by its name where that is unique. @throws {FunctionError} `not_found` otherwise. */
export function findFunction(
  world: World,
  name: string,
): { app: AppSupervisor; description: FunctionDescription } {
  const all = [...world.apps.values()].flatMap((app) =>
    app.functions.map((description) => ({
      app,
      description,
      qualified: `${app.source.name}/${description.name}`,
    })),
  );
  const names = all.map(({ qualified }) => qualified);
  const meant = chooseName("function", name, names, (message) => new FunctionError("not_found", message));
  return all.find(({ qualified }) => qualified === meant) as (typeof all)[number];
}

/** `{ advanceSeconds }`, `{ set: RFC 3339 }` or `{ reset: true }`. @throws {FunctionError} `invalid` for anything else. */
export async function moveClock(world: World, change: Readonly<Record<string, unknown>>): Promise<void> {
  const { advanceSeconds, set, reset } = change;
  const { clock } = world;
  let ahead = 0;
  if (typeof advanceSeconds === "number") ahead = clock.aheadAfter(advanceSeconds * 1000);
  else if (typeof set === "string" && !Number.isNaN(Date.parse(set)))
    ahead = clock.aheadAfter(Date.parse(set) - clock.now());
  else if (reset !== true)
    throw new FunctionError("invalid", "Cannot move the clock: say advanceSeconds, set (RFC 3339) or reset.");
  await world.moveClock(ahead);
  const title = `clock moved to ${new Date(clock.now()).toISOString()}`;
  world.journal.note({ kind: "operator", id: "clock", title });
}

export function setChaos(world: World, change: Readonly<Record<string, unknown>>): Chaos {
  const state = world.chaos.set(change);
  const { duplicate, delaySeconds, crash } = state;
  const title = `chaos: duplicate ${duplicate}, delay ${delaySeconds} s, crash ${crash}`;
  world.journal.note({ kind: "operator", id: "chaos", title });
  return state;
}
