// What cannot run there is refused before anything is deployed, by function, platform, reason and way out.
import { describe, expect, it } from "vitest";
import { platform as knative } from "../../src/knative/platform.ts";
import { platform as kubernetes } from "../../src/kubernetes/platform.ts";
import type { Deployment, Platform } from "../../src/shared/platform.ts";
import { ManifestRefusal } from "../../src/shared/refusal.ts";
import { type Choices, deploymentOn, fn, grant, route } from "./deployments.ts";

const tick = fn({
  name: "tick",
  trigger: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", misfire: "once" },
});
const onObject = fn({
  name: "import-file",
  trigger: { kind: "object", store: "inbox", change: "created" },
  grants: [grant("object-store", "inbox", "trigger")],
});
const onMessage = fn({
  name: "work",
  trigger: { kind: "message", source: "jobs", sourceKind: "queue", format: "raw" },
  grants: [grant("queue", "jobs", "trigger")],
});
const onTopic = fn({
  name: "listen",
  trigger: { kind: "message", source: "sales", sourceKind: "topic", format: "raw" },
  grants: [grant("topic", "sales", "trigger")],
});
const get = (name: string, method: string, path: string) =>
  fn({ name, trigger: { kind: "http", routes: [route(method, path)] } });
const caller = (callee: string) =>
  fn({ name: "ask", trigger: { kind: "call" }, grants: [grant("function", callee, "call")] });

type Case = [
  what: string,
  platform: Platform,
  functions: Deployment["functions"],
  choices: Choices,
  says: RegExp,
];

const cases: Case[] = [
  [
    "objects whose deliveries would be one queue of a cloud's",
    kubernetes,
    [onObject],
    { drivers: { deliveries: "sqs" } },
    /import-file to Kubernetes: .*deliveries.*sqs.*deliveries=sql.*DELIVERIES_URL/,
  ],
  [
    "objects of another driver",
    knative,
    [onObject],
    { drivers: { inbox: "gcs" } },
    /import-file .*gcs.*one of: s3/,
  ],
  [
    "messages of a queue that nobody knows",
    knative,
    [onMessage],
    { drivers: { jobs: "sqs" } },
    /work .*sqs.*one of: sql/,
  ],
  [
    "messages of a topic",
    kubernetes,
    [onTopic],
    { drivers: { sales: "sns" } },
    /listen .*messages of sales.*sns.*one of: sql, mqtt/,
  ],
  [
    "data beside the process",
    knative,
    [fn({ ...tick, grants: [grant("sql", "ledger", "readWrite")] })],
    { drivers: { ledger: "pglite" } },
    /tick .*ledger.*pglite.*gone with the pod.*LEDGER_URL/,
  ],
  [
    "times that are all to be made up for",
    kubernetes,
    [fn({ ...tick, trigger: { ...tick.trigger, misfire: "all" } as never })],
    {},
    /tick .*misfire is "all".*misfire "once"/,
  ],
  [
    "days that must match twice",
    kubernetes,
    [fn({ ...tick, trigger: { kind: "schedule", cron: "0 6 */2 * 1", timeZone: "UTC", misfire: "once" } })],
    {},
    /tick .*Kubernetes/,
  ],
  [
    "what takes longer than Serving allows",
    knative,
    [fn({ ...tick, timeoutSeconds: 601 })],
    {},
    /tick .*601 s.*600 s.*plain Kubernetes/,
  ],
  [
    "a packaging that it does not know",
    knative,
    [tick],
    { packaging: "zip" },
    /the app .*zip.*one of: image/,
  ],
  ["a stage that is no label", kubernetes, [tick], { stage: "Live_1" }, /the app .*faasade-stage.*Live_1/],
  [
    "a deployment with too long a name",
    kubernetes,
    [tick],
    { stage: "s".repeat(60) },
    /faasade-deployment.*63 characters/,
  ],
  [
    "an object with too long a name",
    kubernetes,
    [fn({ ...tick, name: "t".repeat(60) })],
    {},
    /the app .*52 characters/,
  ],
  [
    "a call of what is not there",
    knative,
    [caller("absent")],
    {},
    /the app .*absent.*Deploy that function with it/,
  ],
  [
    "paths that gateways disagree on",
    kubernetes,
    [get("one", "GET", "/a/{x}/c"), get("two", "GET", "/a/{rest+}")],
    { unit: "function" },
    /one .*GET \/a\/\{x\}\/c and GET \/a\/\{rest\+\} of two.*one unit/,
  ],
  [
    "two things of one name",
    knative,
    [onObject, get("intake", "GET", "/")],
    { unit: "function" },
    /two different things would be the .* shop-intake/,
  ],
];

describe("what cannot run there", () => {
  it.each(cases)("is refused: %s", (_, platform, functions, choices, says) => {
    const deployment = deploymentOn(platform, "shop", functions, choices);
    expect(() => platform.manifest(deployment)).toThrow(ManifestRefusal);
    expect(() => platform.manifest(deployment)).toThrow(says);
  });

  it("leaves what can: other methods, exact paths and other segments on one origin", () => {
    const functions = [
      get("one", "GET", "/a/{x}"),
      get("two", "PUT", "/a/{y}"),
      get("three", "GET", "/a/new"),
      get("four", "GET", "/b/{x}"),
    ];
    for (const platform of [knative, kubernetes])
      expect(
        platform.manifest(deploymentOn(platform, "shop", functions, { unit: "function" })).length,
      ).toBeGreaterThan(4);
  });

  it("is refused in the same words everywhere: function, platform, reason, way out", () => {
    try {
      kubernetes.manifest(deploymentOn(kubernetes, "shop", [onObject], { drivers: { inbox: "gcs" } }));
      expect.unreachable();
    } catch (error) {
      expect((error as ManifestRefusal).details).toEqual({
        function: "import-file",
        platform: "Kubernetes",
        reason: expect.stringContaining("objects in inbox, whose driver is gcs"),
        instead: expect.stringContaining("one of: s3"),
      });
    }
  });
});
