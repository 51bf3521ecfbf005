// Any app that AWS Lambda can run, for properties.
import type { FunctionDescription, Grant } from "@faasade/core/adapter";
import fc from "fast-check";
import { describe, grant, route } from "./every-trigger.ts";

const stores = ["inbox", "exports", "other/archive"];
const topics = ["sales", "other/sales"];

const anyAccess: fc.Arbitrary<Grant> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...stores), fc.constantFrom("read", "write", "readWrite"))
    .map(([name, access]) => grant("object-store", name, access)),
  fc.constantFrom("jobs", "other/jobs").map((name) => grant("queue", name, "send")),
  fc.constantFrom(...topics).map((name) => grant("topic", name, "send")),
  fc.constantFrom("fn-0", "other/refund").map((name) => grant("function", name, "call")),
  fc.constantFrom("HOOK_SECRET", "API_KEY").map((name) => grant("secret", name, "read")),
  fc.constant(grant("sql", "ledger", "readWrite")),
);

const anySetting = fc.constantFrom(
  { variable: "PAGE_SIZE", description: "How many at once.", default: 20 },
  { variable: "ISSUER", description: "Who signs the tokens." },
);

/** With a number that tells functions apart, so that routes and queues are theirs alone. */
function anyTrigger(index: number): fc.Arbitrary<Pick<FunctionDescription, "trigger" | "grants">> {
  const started = (trigger: FunctionDescription["trigger"], ...grants: Grant[]) => ({ trigger, grants });
  const methods = fc.uniqueArray(fc.constantFrom("GET", "PUT", "DELETE", "*"), { minLength: 1 });
  const auth = fc.constantFrom("public", "platform", "jwt", "signature");
  return fc.oneof(
    fc
      .tuple(methods, auth)
      .map(([them, auth]) =>
        started({ kind: "http", routes: them.map((method) => route(method, `/${index}/{key+}`, { auth })) }),
      ),
    fc
      .constantFrom("* * * * *", "0 6 * * 1-5", "30 2 1 * 1", "*/15 8-18 * * *")
      .map((cron) => started({ kind: "schedule", cron, timeZone: "Europe/Berlin", misfire: "once" })),
    fc
      .tuple(
        fc.constantFrom(...stores),
        fc.constantFrom("created", "removed"),
        fc.record({ prefix: fc.string(), suffix: fc.array(fc.string()) }, { requiredKeys: [] }),
      )
      .map(([store, change, filter]) =>
        started({ kind: "object", store, change, ...filter }, grant("object-store", store, "trigger")),
      ),
    fc
      .option(fc.record({ size: fc.integer({ min: 1, max: 1000 }), windowSeconds: fc.nat(300) }))
      .map((batch) => {
        const source = `queue-${index}`;
        const trigger = { kind: "message", source, sourceKind: "queue", format: "raw" } as const;
        return started(batch === null ? trigger : { ...trigger, batch }, grant("queue", source, "trigger"));
      }),
    fc
      .constantFrom(...topics)
      .map((source) =>
        started(
          { kind: "message", source, sourceKind: "topic", format: "cloudevents" },
          grant("topic", source, "trigger"),
        ),
      ),
    fc.constant(started({ kind: "call" })),
  );
}

function anyFunction(index: number): fc.Arbitrary<FunctionDescription> {
  return fc
    .record({
      started: anyTrigger(index),
      grants: fc.array(anyAccess, { maxLength: 4 }),
      settings: fc.uniqueArray(anySetting),
      timeoutSeconds: fc.double({ min: 0.001, max: 900, noNaN: true }),
      maxAttempts: fc.integer({ min: 1, max: 2000 }),
    })
    .map(({ started, grants, ...rest }) =>
      describe({ name: `fn-${index}`, ...rest, ...started, grants: [...started.grants, ...grants] }),
    );
}

export const anyApp: fc.Arbitrary<FunctionDescription[]> = fc
  .integer({ min: 1, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyFunction(index))));
