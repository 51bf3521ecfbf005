// What every manifest promises, whatever the app.
import { type FunctionDescription, urlVariable } from "@faasade/core/adapter";
import { expect } from "vitest";
import type { Deployment, ManifestFile, Platform } from "../../src/shared/platform.ts";

type Json = Record<string, unknown>;

interface Container {
  readonly image: string;
  readonly env: readonly { name: string; value?: string; valueFrom?: Json }[];
  readonly securityContext: Json;
  readonly resources: { readonly requests: Json; readonly limits: Json };
  readonly [field: string]: unknown;
}

export interface Pod {
  readonly owner: { readonly kind: string; readonly name: string; readonly apiVersion: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Json;
  readonly container: Container;
}

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; labels?: Record<string, string> };
  readonly spec: Json;
}

export function objectsOf(files: readonly ManifestFile[]): Document[] {
  return files
    .filter(({ path }) => path.endsWith(".yaml") && !/(?:kustomization|references)\.yaml$/.test(path))
    .map(({ content }) => content as Document);
}

export function podsOf(files: readonly ManifestFile[]): Pod[] {
  return objectsOf(files).flatMap(({ apiVersion, kind, metadata, spec }) => {
    const owner = { apiVersion, kind, name: metadata.name };
    const job = (spec?.["jobTemplate"] as { spec: Json } | undefined)?.spec ?? spec;
    const template = job?.["template"] as
      | { metadata: { labels: Record<string, string> }; spec: Json }
      | undefined;
    if (template === undefined) return [];
    const [container] = template.spec["containers"] as Container[];
    return [
      { owner, labels: template.metadata.labels, spec: template.spec, container: container as Container },
    ];
  });
}

/** @throws {AssertionError} for the first promise that is not kept. */
export function checkManifest(platform: Platform, deployment: Deployment): void {
  const files = platform.manifest(deployment);
  const pods = podsOf(files);
  const kinds = kindsOn(platform);
  for (const pod of pods) checkPod(pod, deployment, kinds);
  checkFiles(files, deployment);
  checkReach(files, pods);
  for (const fn of deployment.functions) checkDelivery(platform, files, fn);
}

type Kinds = Readonly<Record<string, readonly string[]>>;

/** Which functions pods of each role run. */
function kindsOn({ name }: Platform): Kinds {
  return name === "knative"
    ? { http: ["http"], events: ["schedule", "object", "call"], consume: ["message"] }
    : { http: ["http"], events: ["call"], consume: ["message", "object"] };
}

function checkPod(
  { owner, labels, spec, container }: Pod,
  { app, functions, resources }: Deployment,
  kinds: Kinds,
): void {
  const urlsWithPasswords = new Set([
    "DELIVERIES_URL",
    ...resources
      .filter(({ kind, driver }) => kind === "mail" || ["mqtt", "pg", "sql"].includes(driver))
      .map(({ name }) => urlVariable(name)),
  ]);
  const where = `${owner.kind} ${owner.name}`;
  expect(container.securityContext, where).toEqual({
    runAsNonRoot: true,
    runAsUser: 1000,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(spec, where).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    serviceAccountName: app,
  });
  expect(Object.keys(container.resources.requests), where).toEqual(["cpu", "memory"]);
  expect(Object.keys(container.resources.limits), where).toEqual(["cpu", "memory"]);
  expect(labels, where).toMatchObject({ "faasade-app": app });
  const names = container.env.map(({ name }) => name);
  expect(new Set(names).size, where).toBe(names.length);

  const role = container.env.find(({ name }) => name === "FAASADE_SERVE")?.value;
  if (owner.kind !== "CronJob")
    expect([container["readinessProbe"], container["livenessProbe"]], where).toMatchObject([
      { httpGet: { path: "/.faasade/health" } },
      { httpGet: { path: "/.faasade/health" } },
    ]);
  checkTime(where, kinds[role ?? ""] ?? [], spec, container, functions);

  // A secret is never a value, and is there for a function that may read it alone.
  const secrets = container.env.filter(({ valueFrom }) => valueFrom?.["secretKeyRef"] !== undefined);
  const own = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "PGPASSWORD",
    "FAASADE_INTAKE_SECRET",
    "FAASADE_GATEWAY_SECRET",
  ];
  const inPod = functions.filter((fn) => isRunBy(fn, app, owner, kinds[role ?? ""] ?? [], container));
  const granted = inPod.flatMap(({ grants }) =>
    grants.filter(({ kind }) => kind === "secret").map(({ name }) => name),
  );
  // A URL of a database, a broker or a mail server holds a password as a rule.
  const urls = container.env.filter(({ name }) => urlsWithPasswords.has(name));
  for (const one of urls) expect(one.valueFrom, where).toMatchObject({ secretKeyRef: { key: one.name } });
  for (const { name } of secrets) expect([...own, ...granted, ...urlsWithPasswords], where).toContain(name);
  for (const name of granted)
    expect(
      secrets.map((one) => one.name),
      where,
    ).toContain(name);
}

/** What has begun may come to its end before the pod is killed. */
function checkTime(
  where: string,
  kinds: readonly string[],
  spec: Json,
  container: Container,
  functions: readonly FunctionDescription[],
): void {
  const drain = Number(container.env.find(({ name }) => name === "FAASADE_DRAIN_SECONDS")?.value);
  const grace = spec["terminationGracePeriodSeconds"] as number | undefined;
  if (kinds.length === 0) return;
  if (grace !== undefined) expect(grace, where).toBeGreaterThan(drain);
  if (functions.length === 1 && kinds.includes(functions[0]?.trigger.kind ?? ""))
    expect(drain, where).toBeGreaterThan(functions[0]?.timeoutSeconds ?? 0);
}

function isRunBy(
  fn: FunctionDescription,
  app: string,
  owner: Pod["owner"],
  kinds: readonly string[],
  { env }: Container,
): boolean {
  const single = env.find(({ name }) => name === "FAASADE_RUN")?.value;
  if (single !== undefined) return fn.name === single;
  if (!kinds.includes(fn.trigger.kind)) return false;
  const isShared = ["-events", "-consume"].some((end) => owner.name.endsWith(end)) || owner.name === app;
  return isShared || owner.name.endsWith(`-${fn.name}`);
}

function checkFiles(files: readonly ManifestFile[], { stage, functions, app }: Deployment): void {
  const paths = files.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  const [base, overlay] = ["base/", `overlays/${stage}/`];
  for (const { path, content } of files) {
    expect(path.startsWith(base) || path.startsWith(overlay), path).toBe(true);
    if (path.startsWith(base)) expect(JSON.stringify(content), path).not.toContain(`${app}-${stage}`);
  }
  const kustomization = files.find(({ path }) => path === "base/kustomization.yaml")?.content;
  const { resources: listed } = kustomization as { resources: string[] };
  const written = paths.filter((path) => path.startsWith(base) && path !== "base/kustomization.yaml");
  expect([...listed].sort()).toEqual(written.map((path) => path.slice(base.length)).sort());
  const settings = String(files.find(({ path }) => path.endsWith("settings.env"))?.content);
  for (const { grants } of functions)
    for (const { kind, name } of grants)
      if (kind === "secret") expect(settings).not.toMatch(new RegExp(`^#?${name}=`, "m"));
}

/** Every pod is closed by one policy; only pods with routes, and the intake, are open to anybody. */
function checkReach(files: readonly ManifestFile[], pods: readonly Pod[]): void {
  const policies = objectsOf(files).filter(({ kind }) => kind === "NetworkPolicy");
  const closed = policies.find(({ metadata }) => metadata.name.endsWith("-closed"));
  expect(closed?.spec["ingress"]).toBeUndefined();
  for (const { metadata, spec } of policies) {
    const rules = (spec["ingress"] ?? []) as { from?: unknown }[];
    if (!rules.some(({ from }) => from === undefined)) continue;
    const pod = pods.find(({ labels }) => labels["app.kubernetes.io/name"] === metadata.name);
    const role = pod?.container.env.find(({ name }) => name === "FAASADE_SERVE")?.value;
    expect(["http", "intake"], metadata.name).toContain(role);
  }
  for (const { owner, container } of pods) {
    const role = container.env.find(({ name }) => name === "FAASADE_SERVE")?.value;
    if (owner.apiVersion !== "serving.knative.dev/v1" || role === "http") continue;
    const service = objectsOf(files).find(
      ({ kind, metadata }) => kind === "Service" && metadata.name === owner.name,
    );
    expect(service?.metadata.labels).toMatchObject({ "networking.knative.dev/visibility": "cluster-local" });
  }
}

/** The kinds of object that deliver events; else it is the process itself. */
const deliveredBy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  knative: { schedule: "Trigger", object: "Trigger" },
  kubernetes: { schedule: "CronJob" },
};

/** As often as the function says, and then to the dead letters. */
function checkDelivery(
  platform: Platform,
  files: readonly ManifestFile[],
  { name, trigger, maxAttempts }: FunctionDescription,
): void {
  const kind = deliveredBy[platform.name]?.[trigger.kind];
  if (kind === undefined) return;
  const own = objectsOf(files).filter(
    (object) => object.kind === kind && object.metadata.name.endsWith(`-${name}`),
  );
  expect(own.length, name).toBeGreaterThan(0);
  for (const { spec } of own) {
    if (kind === "Trigger")
      expect(spec["delivery"], name).toMatchObject({
        retry: maxAttempts - 1,
        deadLetterSink: expect.anything(),
      });
    else expect(spec["jobTemplate"], name).toMatchObject({ spec: { backoffLimit: maxAttempts - 1 } });
  }
}
