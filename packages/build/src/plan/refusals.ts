// What a platform cannot start, with the reason and the way out of its own table.
import type { TriggerDescription } from "@faasade/core/adapter";
import type { Platform, Support, Unsupported } from "@faasade/platforms/shared/platform";
import type { DescribedFunction } from "../describe/describe.ts";

type DriverOf = (kind: string, name: string) => string | undefined;

export function refusals(
  app: string,
  platform: Platform,
  functions: readonly DescribedFunction[],
  driverOf: DriverOf,
): string[] {
  return functions.flatMap(({ description: { name, trigger, grants } }) => {
    const storeKind = grants.find(({ access }) => access === "trigger")?.kind ?? "object-store";
    return reasons(platform, trigger, storeKind, driverOf).map(
      ({ why, instead }) => `Cannot build ${app}/${name} for ${platform.title}: ${why}. ${instead}.`,
    );
  });
}

type Reason = Pick<Unsupported, "why" | "instead">;

function reasons(
  { triggers }: Platform,
  trigger: TriggerDescription,
  sourceKind: string,
  driverOf: DriverOf,
): Reason[] {
  switch (trigger.kind) {
    case "http": {
      const { auth } = triggers.http;
      const refused = trigger.routes
        .filter((route) => !auth.includes(route.auth))
        .map(({ method, path, auth: asked }) => ({
          why: `${method} ${path} asks for auth "${asked}", which is not there`,
          instead: `Use one of ${auth.join(", ")}, or another platform`,
        }));
      return [...unsupported(triggers.http), ...refused];
    }
    case "schedule":
    case "call":
      return unsupported(triggers[trigger.kind]);
    case "object":
      return byDriver(triggers.object, trigger.store, driverOf(sourceKind, trigger.store));
    case "message":
      return byDriver(triggers.message, trigger.source, driverOf(sourceKind, trigger.source));
  }
}

function byDriver(
  table: Readonly<Record<string, Support>>,
  source: string,
  driver: string | undefined,
): Reason[] {
  const support = driver !== undefined && Object.hasOwn(table, driver) ? table[driver] : undefined;
  if (support !== undefined) return unsupported(support);
  const able = Object.entries(table)
    .filter(([, { how }]) => how !== "unsupported")
    .map(([name]) => name);
  const stands = driver === undefined ? "has no driver" : `has the driver "${driver}"`;
  return [
    {
      why: `it is started by ${source}, which ${stands} there, and nothing starts a function from that`,
      instead:
        able.length === 0
          ? "Choose another platform"
          : `Choose a driver for ${source} that does (${able.join(", ")}), or another platform`,
    },
  ];
}

function unsupported(support: Support): Reason[] {
  return support.how === "unsupported" ? [support] : [];
}
