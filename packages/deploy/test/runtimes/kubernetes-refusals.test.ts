// What a real kube-apiserver and its controllers refuse, and what people read then; examples it has to accept.
// Needs apps/hello.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../../platforms/test/runtimes/program.ts";
import { kubectlAt } from "../../src/kubernetes/kubectl.ts";
import { whyPodsCannotStart } from "../../src/kubernetes/ready.ts";
import { type Cluster, define, describeOnCluster, startCluster } from "./cluster.ts";
import {
  type Built,
  buildStage,
  deployStage,
  destroyStage,
  placeWithoutNodes,
  root,
  type Stage,
  stageOf,
  targetFor,
  useCluster,
} from "./stages.ts";

const longest = 240_000;

describeOnCluster("what a kube-apiserver refuses", () => {
  let cluster: Cluster;
  let home: string;
  let hello: Built;

  beforeAll(async () => {
    cluster = await startCluster();
    useCluster(cluster);
    home = await mkdtemp(join(tmpdir(), "faasade-home-"));
    hello = await buildStage("hello", "kubernetes", "demo");
  }, longest);
  afterAll(async () => {
    await hello?.remove();
    await rm(home, { recursive: true, force: true });
    await cluster?.stop();
  }, longest);

  function stageFor(place = placeWithoutNodes): Stage {
    const stage = stageOf(hello.build, home, place);
    onTestFinished(async () => {
      useCluster(cluster);
      await destroyStage(stageOf(hello.build, home), true);
    }, longest);
    return stage;
  }

  /** The kubeconfig with something changed in its cluster. */
  async function useOtherCluster(change: Readonly<Record<string, unknown>>): Promise<void> {
    const value = JSON.parse(await readFile(cluster.kubeconfig, "utf8"));
    Object.assign(value.clusters[0].cluster, change);
    const file = join(home, "other.kubeconfig");
    await writeFile(file, JSON.stringify(value));
    useCluster({ ...cluster, kubeconfig: file });
    onTestFinished(() => useCluster(cluster));
  }

  it(
    "to somebody who may not",
    async () => {
      if (cluster.whole) return;
      useCluster({ ...cluster, kubeconfig: cluster.kubeconfigOfReader });
      onTestFinished(() => useCluster(cluster));
      await expect(deployStage(stageOf(hello.build, home), hello.build)).rejects.toThrow(
        /reader may not get namespaces.*Have somebody grant it by a Role/,
      );
    },
    longest,
  );

  it(
    "nothing to somebody who may edit one namespace and no more",
    async () => {
      if (cluster.whole) return;
      await cluster.run(["create", "namespace", "team"]);
      for (const role of ["view", "edit"])
        await cluster.run([
          "create",
          "rolebinding",
          role,
          `--clusterrole=system:aggregate-to-${role}`,
          "--user=reader",
          "--namespace=team",
        ]);
      useCluster({ ...cluster, kubeconfig: cluster.kubeconfigOfReader });
      onTestFinished(() => useCluster(cluster));
      const stage = stageOf(hello.build, home, { ...placeWithoutNodes, namespace: "team" });
      await deployStage(stage, hello.build);
      expect((await deployStage(stage, hello.build)).unchanged).toBe(true);
      expect((await destroyStage(stage, true)).left).toEqual([]);
    },
    longest,
  );

  it(
    "by not being there",
    async () => {
      if (cluster.whole) return;
      await useOtherCluster({ server: `https://127.0.0.1:${await freePort()}` });
      await expect(deployStage(stageOf(hello.build, home), hello.build)).rejects.toThrow(
        /no cluster answers at 127\.0\.0\.1:\d+\. Choose a cluster/,
      );
      const checks = await targetFor({ platform: "kubernetes", app: "", stage: "", name: "" }).checks({});
      expect(checks).toContainEqual(
        expect.objectContaining({
          name: "cluster",
          state: "wrong",
          fix: expect.stringContaining("--place context="),
        }),
      );
    },
    longest,
  );

  it(
    "by a certificate that this kubeconfig does not know",
    async () => {
      if (cluster.whole) return;
      await useOtherCluster({ "certificate-authority": undefined });
      await expect(deployStage(stageOf(hello.build, home), hello.build)).rejects.toThrow(
        /certificate is not trusted: .*unknown authority.*Fetch the kubeconfig/,
      );
    },
    longest,
  );

  it(
    "a context that there is not",
    async () => {
      const stage = stageOf(hello.build, home, { ...placeWithoutNodes, context: "nowhere" });
      await expect(deployStage(stage, hello.build)).rejects.toThrow(/knows no context nowhere/);
    },
    longest,
  );

  it(
    "a field that somebody else has taken",
    async () => {
      const stage = stageFor();
      await deployStage(stage, hello.build);
      const patch = JSON.stringify({ spec: { schedule: "1 1 1 1 *" } });
      const args = [
        "patch",
        "cronjob/hello-tick",
        "--namespace=hello-demo",
        "--type=merge",
        `--patch=${patch}`,
      ];
      await cluster.run([...args, "--field-manager=somebody"]);
      await expect(deployStage(stage, hello.build)).rejects.toThrow(
        /somebody has changed \.spec\.schedule since\. Write that into the overlay/,
      );
    },
    longest,
  );

  it(
    "pods beyond a quota, told when the time is over",
    async () => {
      if (cluster.whole) return;
      await cluster.run(["create", "namespace", "hello-demo"]);
      await cluster.run(["label", "namespace", "hello-demo", "faasade-deployment=hello-demo"]);
      const stage = stageFor({ ...placeWithoutNodes, wait: "8" });
      await cluster.run(["create", "quota", "small", "--hard=pods=0", "--namespace=hello-demo"]);
      const known = ["wait", "quota/small", "--for=jsonpath={.status.hard.pods}=0", "--namespace=hello-demo"];
      await cluster.run([...known, "--timeout=60s"]);
      await expect(deployStage(stage, hello.build)).rejects.toThrow(
        /it is not ready after 8 s[\s\S]*exceeded quota: small/,
      );
      await cluster.run(["delete", "quota/small", "--namespace=hello-demo"]);
    },
    longest,
  );

  it(
    "names the pod whose image cannot be pulled, and ends before the time is over",
    async () => {
      if (cluster.whole) return;
      const stage = stageFor({ ...placeWithoutNodes, wait: "200" });
      const failing = deployStage(stage, hello.build);
      const message = 'Back-off pulling image "registry.example/team/hello:1"';
      const waiting = expect(failing).rejects.toThrow(
        /container app: its image cannot be pulled \(ImagePullBackOff: Back-off.*\)\. Push it, or name its registry/,
      );
      const pod = await podOf(cluster, "hello-demo");
      // What a node would say, of which there is none.
      const containerStatuses = [
        {
          name: "app",
          ready: false,
          restartCount: 0,
          image: "registry.example/team/hello:1",
          imageID: "",
          state: { waiting: { reason: "ImagePullBackOff", message } },
        },
      ];
      await cluster.run([
        "patch",
        pod,
        "--namespace=hello-demo",
        "--subresource=status",
        "--type=merge",
        `--patch=${JSON.stringify({ status: { containerStatuses } })}`,
      ]);
      await waiting;
      expect(await whyPodsCannotStart(kubectlAt({}), stage.id, stage.place)).toHaveLength(1);
    },
    longest,
  );

  it(
    "nothing of the examples for Argo CD and Flux, nor of the local cluster's manifests",
    async () => {
      await define(
        cluster,
        "github.com_argoproj_argo-cd_v3",
        "github.com_fluxcd_source-controller",
        "github.com_fluxcd_kustomize-controller",
      );
      for (const namespace of ["argocd", "flux-system", "image-conversion-live", "kourier-system", "store"]) {
        const made = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        await cluster.run(["apply", "--server-side", "--filename=-"], made);
      }
      const dryRun = ["apply", "--server-side", "--dry-run=server", "--validate=strict"];
      for (const folder of ["gitops/argo-cd", "gitops/flux"]) {
        const files = (await readdir(join(root, "infra", folder))).filter((name) => name.endsWith(".yaml"));
        expect(files.length).toBeGreaterThan(1);
        for (const file of files)
          expect(await cluster.run([...dryRun, `--filename=${join(root, "infra", folder, file)}`])).toContain(
            "dry run",
          );
      }
      await cluster.run([...dryRun, `--kustomize=${join(root, "infra/kind/store")}`]);
      await cluster.run([...dryRun, `--filename=${join(root, "infra/kind/gateway.yaml")}`]);
      const wrong = await readFile(join(root, "infra/gitops/argo-cd/application.yaml"), "utf8");
      const refused = cluster.run(
        [...dryRun, "--filename=-"],
        wrong.replace("targetRevision", "targetRevison"),
      );
      await expect(refused).rejects.toThrow(/targetRevison/);
    },
    longest,
  );
});

async function podOf(cluster: Cluster, namespace: string): Promise<string> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const args = ["get", "pods", `--namespace=${namespace}`, "--ignore-not-found", "-o=name"];
    const [first] = (await cluster.run(args)).split("\n").filter(Boolean);
    if (first !== undefined) return first;
  }
  throw new Error(`Cannot wait any longer for a pod in ${namespace}.`);
}
