// What kubectl, clusters and registries say, in their own words, and what people read instead.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { describe, expect, it, onTestFinished } from "vitest";
import { explain } from "../../src/kubernetes/errors.ts";
import { kubectlAt, runTool } from "../../src/kubernetes/kubectl.ts";
import { commandLine } from "../../src/shared/tool.ts";

type Row = [said: string, means: string, lasting?: "lasting"];

/** As they were seen, or as the projects' sources write them. */
const rows: readonly Row[] = [
  [
    "spawn kubectl ENOENT",
    "kubectl is not installed. Install it (https://kubernetes.io/docs/tasks/tools)",
    "lasting",
  ],
  [
    "spawn skopeo ENOENT",
    "skopeo is not installed. Install it (https://github.com/containers/skopeo)",
    "lasting",
  ],
  [
    "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?",
    "no cluster answers at 127.0.0.1:6443. Choose a cluster",
  ],
  [
    'memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: Get \\"https://127.0.0.1:6443/api?timeout=32s\\": dial tcp 127.0.0.1:6443: connect: connection refused"',
    "no cluster answers at 127.0.0.1:6443",
  ],
  [
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
    "kubectl knows no cluster",
  ],
  ['error: context "nowhere" does not exist', "kubectl knows no context nowhere", "lasting"],
  [
    "Unable to connect to the server: dial tcp: lookup cluster.invalid on 10.0.0.2:53: no such host",
    "the cluster cannot be reached. Look at the network, VPN",
  ],
  ["Unable to connect to the server: net/http: TLS handshake timeout", "the cluster cannot be reached"],
  [
    "Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-11-30T21:00:00Z",
    "a certificate is good from 2026-11-30T21:00:00Z, and the clock here says 2020-01-01T00:00:00Z. Set this machine's clock right",
  ],
  [
    "Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority",
    "the cluster's certificate is not trusted: certificate signed by unknown authority. Fetch the kubeconfig",
  ],
  ["error: You must be logged in to the server (Unauthorized)", "does not know these credentials"],
  [
    "Unable to connect to the server: getting credentials: exec: executable gke-gcloud-auth-plugin not found",
    "logs in to this cluster with gke-gcloud-auth-plugin, which is not installed. Install gke-gcloud-auth-plugin",
    "lasting",
  ],
  [
    'error: resource mapping not found for name: "hello" namespace: "hello-demo" from "overlays/demo": no matches for kind "Service" in version "serving.knative.dev/v1"\nensure CRDs are installed first',
    "the cluster has no Service of serving.knative.dev/v1. Install Knative Serving",
    "lasting",
  ],
  [
    'Error from server (Forbidden): deployments.apps is forbidden: User "reader" cannot list resource "deployments" in API group "apps" in the namespace "hello-demo"',
    'reader may not list deployments.apps in the namespace "hello-demo". Have somebody grant it',
    "lasting",
  ],
  [
    'Error from server (Forbidden): pods "hello" is forbidden: exceeded quota: small, requested: requests.cpu=200m, used: requests.cpu=900m, limited: requests.cpu=1',
    "the quota small leaves no room: requests.cpu=200m wanted, requests.cpu=900m of requests.cpu=1 used",
  ],
  [
    'Error from server (Forbidden): pods "hello" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
    "the namespace admits pods of restricted:latest only",
    "lasting",
  ],
  [
    'Error from server (Forbidden): configmaps "hello" is forbidden: unable to create new content in namespace hello-demo because it is being terminated',
    "the namespace is being removed",
  ],
  [
    'Error from server (InternalError): Internal error occurred: failed calling webhook "webhook.serving.knative.dev": failed to call webhook: Post "https://webhook.knative-serving.svc:443/defaulting?timeout=10s": dial tcp 10.96.1.1:443: connect: connection refused',
    "the webhook webhook.serving.knative.dev does not answer",
  ],
  [
    'error: Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas\nPlease review the fields above',
    "kubectl-edit has changed .spec.replicas since. Write that into the overlay",
    "lasting",
  ],
  [
    'The Service "hello" is invalid: spec.clusterIPs[0]: Invalid value: []string(nil): field is immutable',
    "field is immutable. Delete it, and deploy again: kubectl delete service hello",
    "lasting",
  ],
  ["etcdserver: request timed out", "too busy, or one of its parts is away"],
  ["unauthorized: authentication required", "does not let these credentials push. Log in", "lasting"],
  ['ERROR: no nodes found for cluster "nowhere"', "kind has no cluster nowhere", "lasting"],
  ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "Docker is not running"],
];

describe("an error of a cluster", () => {
  it.each<Row>(rows)("%s", (said, means, lasting) => {
    const error = explain("deploy", said);
    expect(error.message).toContain("Cannot deploy: ");
    expect(error.message).toContain(means);
    expect(error instanceof Refusal).toBe(lasting === "lasting");
  });

  it("that nobody knows is told as it was said", () => {
    expect(explain("deploy", "error: something else\n").message).toBe(
      "Cannot deploy: error: something else.",
    );
  });

  it("names the tool that is not there", async () => {
    await expect(runTool("faasade-no-such-tool", [], { to: "push hello" })).rejects.toThrow(
      "Cannot push hello: faasade-no-such-tool is not installed.",
    );
  });

  it("ends a tool that hangs", async () => {
    const hang = "setInterval(() => {}, 1000)";
    const waiting = runTool(process.execPath, ["-e", hang], { to: "wait", longest: 0.2 });
    await expect(waiting).rejects.toThrow(/cannot be reached/);
  });

  it("says so in kubectl's real words, where that is installed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-kubeconfig-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const before = process.env["KUBECONFIG"];
    onTestFinished(() => {
      if (before === undefined) delete process.env["KUBECONFIG"];
      else process.env["KUBECONFIG"] = before;
    });
    process.env["KUBECONFIG"] = join(folder, "empty");
    await writeFile(process.env["KUBECONFIG"], "");
    const ask = kubectlAt({ context: "nowhere" }).run(["get", "namespaces"], { to: "look" });
    await expect(ask).rejects.toThrow(/kubectl (knows no context nowhere|is not installed)/);
  });
});

describe("a command as it is printed", () => {
  it("can be pasted into a shell", () => {
    const line = commandLine("kubectl", ["get", "a b", "it's", "-o=json"]);
    expect(line).toBe("kubectl get 'a b' 'it'\\''s' -o=json");
  });
});
