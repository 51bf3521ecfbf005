// Any app that runs there, for properties.
import type { FunctionDescription, Grant } from "@faasade/core/adapter";
import fc from "fast-check";
import { fn, grant, route } from "./deployments.ts";

const anyAccess: fc.Arbitrary<Grant> = fc.oneof(
  fc.constantFrom("inbox", "exports").map((name) => grant("object-store", name, "readWrite")),
  fc.constantFrom("jobs", "other/jobs").map((name) => grant("queue", name, "send")),
  fc.constantFrom("HOOK_SECRET", "API_KEY").map((name) => grant("secret", name, "read")),
  fc.constant(grant("function", "other/refund", "call")),
  fc.constant(grant("sql", "ledger", "readWrite")),
);

const anySetting = fc.constantFrom(
  { variable: "PAGE_SIZE", description: "How many\nat once.", default: 20 },
  { variable: "ISSUER", description: "Who signs the tokens." },
);

function anyTrigger(index: number): fc.Arbitrary<Pick<FunctionDescription, "trigger" | "grants">> {
  const started = (trigger: FunctionDescription["trigger"], ...grants: Grant[]) => ({ trigger, grants });
  const http = fc
    .uniqueArray(fc.constantFrom("GET", "PUT", "DELETE", "*"), { minLength: 1 })
    .map((them) =>
      started({ kind: "http", routes: them.map((method) => route(method, `/${index}/{key+}`)) }),
    );
  const schedule = fc
    .tuple(
      fc.constantFrom("* * * * *", "0 6 * * 1-5", "30 2 1 * 1", "*/15 8-18 * * *"),
      fc.constantFrom("skip", "once"),
    )
    .map(([cron, misfire]) => started({ kind: "schedule", cron, timeZone: "Europe/Berlin", misfire }));
  const message = fc
    .option(fc.record({ size: fc.integer({ min: 1, max: 500 }), windowSeconds: fc.nat(60) }))
    .map((batch) => {
      const source = `queue-${index}`;
      const trigger = { kind: "message", source, sourceKind: "queue", format: "raw" } as const;
      return started(batch === null ? trigger : { ...trigger, batch }, grant("queue", source, "trigger"));
    });
  const call = fc.constant(started({ kind: "call" }));
  const object = fc
    .tuple(
      fc.constantFrom("created", "removed"),
      fc.record({ prefix: fc.string(), suffix: fc.array(fc.string()) }, { requiredKeys: [] }),
    )
    .map(([change, filter]) =>
      started(
        { kind: "object", store: "inbox", change, ...filter },
        grant("object-store", "inbox", "trigger"),
      ),
    );
  return fc.oneof(http, schedule, message, call, object);
}

export function anyApp(): fc.Arbitrary<FunctionDescription[]> {
  const anyFunction = (index: number): fc.Arbitrary<FunctionDescription> =>
    fc
      .record({
        started: anyTrigger(index),
        grants: fc.array(anyAccess, { maxLength: 4 }),
        settings: fc.uniqueArray(anySetting),
        timeoutSeconds: fc.double({ min: 0.001, max: 600, noNaN: true }),
        maxAttempts: fc.integer({ min: 1, max: 50 }),
      })
      .map(({ started, grants, ...rest }) =>
        fn({ name: `fn-${index}`, ...rest, ...started, grants: [...started.grants, ...grants] }),
      );
  return fc
    .integer({ min: 1, max: 5 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyFunction(index))));
}
