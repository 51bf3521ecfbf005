// The manifests that are written by hand: kept to the schemas, and to the names that a build gives.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { schemasAreGiven, violations } from "./rendered.ts";

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec?: {
    readonly secretTargetRef?: readonly object[];
    readonly scaleTargetRef?: { readonly name: string };
    readonly triggers?: readonly { readonly metadata: Readonly<Record<string, string>> }[];
    readonly sink?: { readonly uri?: string; readonly ref?: { readonly name: string } };
  };
}

const root = join(import.meta.dirname, "../../../..");
const folders = [
  "gateway",
  "keda",
  "knative",
  "triggermesh",
  "kind",
  "kind/store",
  "gitops/argo-cd",
  "gitops/flux",
];
/** For which there is no schema: their fields stand after the projects' own sources. */
const withoutSchema = [
  "ScaledObject",
  "TriggerAuthentication",
  "Backend",
  "Upstream",
  "VirtualService",
  "KafkaSource",
  "Kustomization",
  "Cluster",
];
/** Of these the vendors' types know all but one. */
withoutSchema.push(...(schemasAreGiven ? ["Application", "AppProject", "GitRepository"] : ["AWSS3Source"]));

const files = folders.flatMap((folder) =>
  readdirSync(join(root, "infra", folder))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => join(folder, file)),
);

function manifestsIn(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(root, "infra", file), "utf8")).map((document) => {
    expect(document.errors, file).toEqual([]);
    return document.toJS() as Manifest;
  });
}

describe("what is written by hand in infra", () => {
  it.each(files)("%s keeps to the schemas", (file) => {
    const known = manifestsIn(file).filter(({ kind }) => !withoutSchema.includes(kind));
    if (known.length > 0) expect(violations(known.map((one) => JSON.stringify(one))) ?? "").toBe("");
  });

  it.each(files)("%s posts where the pods of an app listen", (file) => {
    for (const { metadata, spec } of manifestsIn(file)) {
      const { sink } = spec ?? {};
      if (sink?.uri === undefined) continue;
      const app = metadata.namespace.replace(/-live$/, "");
      const host = sink.ref?.name ?? /^http:\/\/([^.]+)\.([^.]+)\.svc\.cluster\.local\//.exec(sink.uri)?.[1];
      expect(host).toBe(`${app}-events`);
      const name = /\/\.faasade\/events\/([a-z-]+)$/.exec(sink.uri)?.[1];
      expect(name, sink.uri).toBeDefined();
      const folder = join(root, "apps", app, "src/functions");
      if (app === "image-conversion" && existsSync(folder))
        expect(existsSync(join(folder, `${name}.ts`)), sink.uri).toBe(true);
    }
  });

  it("lets a gateway tell a function of Lambda what was asked, and not hand it bodies as if they were events", () => {
    const backends = manifestsIn("gateway/lambda.yaml").filter(({ kind }) => kind === "Backend");
    expect(backends).toHaveLength(1);
    for (const { spec } of backends)
      expect(spec).toMatchObject({ type: "AWS", aws: { lambda: { payloadTransformMode: "Envoy" } } });
    const [upstream] = manifestsIn("gateway/gloo-classic.yaml").filter(
      ({ kind }) => kind === "VirtualService",
    );
    expect(JSON.stringify(upstream)).toContain('"unwrapAsApiGateway":true,"wrapAsApiGateway":true');
  });

  it("has KEDA count what is no dead letter in the queues' own table, for a Deployment that a build writes", () => {
    const [secret, scaled] = manifestsIn("keda/consume.yaml");
    expect(secret?.spec?.secretTargetRef).toEqual([
      { parameter: "password", name: "image-conversion", key: "PGPASSWORD" },
    ]);
    const golden = readFileSync(join(import.meta.dirname, "golden/image-conversion-app.manifest"), "utf8");
    expect(golden).toContain(`"base/deployment-${scaled?.spec?.scaleTargetRef?.name}.yaml"`);
    const [trigger] = scaled?.spec?.triggers ?? [];
    const tables = readFileSync(join(root, "packages/connectors/src/queue/sql/statements.ts"), "utf8");
    const [, table, column] = /from (\w+) where (\w+) is null$/.exec(trigger?.metadata["query"] ?? "") ?? [];
    expect(tables).toMatch(new RegExp(`create table if not exists ${table} \\([^;]*\\b${column} bigint,`));
  });

  it("says in a file of a project that is at its end that it is", () => {
    expect(readFileSync(join(root, "infra/gateway/gloo-classic.yaml"), "utf8")).toContain(
      "end of life 2026-12-31",
    );
    expect(readFileSync(join(root, "infra/triggermesh/s3-source.yaml"), "utf8")).toContain("dormant");
  });
});
