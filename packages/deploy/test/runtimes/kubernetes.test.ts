// Needs apps/hello and apps/image-conversion.
// Deployments by kubectl to a real kube-apiserver: what stands, what changes, what is left, and what is said.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "@faasade/build";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Cluster, define, describeOnCluster, startCluster } from "./cluster.ts";
import type { KilledChild } from "./killed-child.ts";
import {
  type Built,
  buildStage,
  contentsOf,
  deployStage,
  destroyStage,
  placeWithoutNodes,
  planStage,
  type Stage,
  stageOf,
  standing,
  targetFor,
  useCluster,
  versionsOf,
} from "./stages.ts";

const longest = 240_000;
const pictures = {
  PHOTOS_URL: "s3://photos?endpoint=http://versitygw.store:7070",
  RENDITIONS_URL: "s3://renditions?endpoint=http://versitygw.store:7070",
};

describeOnCluster("a stage on a kube-apiserver", () => {
  let cluster: Cluster;
  let home: string;
  let hello: Built;
  let onKnative: Built;
  let images: Built;

  beforeAll(async () => {
    cluster = await startCluster();
    useCluster(cluster);
    home = await mkdtemp(join(tmpdir(), "faasade-home-"));
    hello = await buildStage("hello", "kubernetes", "demo");
    onKnative = await buildStage("hello", "knative", "kdemo");
    images = await buildStage("image-conversion", "knative", "demo");
  }, longest);
  afterAll(async () => {
    for (const built of [hello, onKnative, images]) await built?.remove();
    await rm(home, { recursive: true, force: true });
    await cluster?.stop();
  }, longest);

  /** A stage that is gone when the test is over, whatever became of it. */
  function stageFor({ build }: Built, place = placeWithoutNodes): Stage {
    const stage = stageOf(build, home, place);
    onTestFinished(async () => void (await destroyStage(stage, true)), longest);
    return stage;
  }

  it(
    "is refused in words that say what brings Knative, where its kinds are missing",
    async () => {
      if (cluster.whole) return;
      const stage = stageOf(onKnative.build, home);
      await expect(deployStage(stage, onKnative.build)).rejects.toThrow(
        /the cluster has no \w+ of \w+\.knative\.dev\/v1\. Install Knative \w+ \(npm run faasade -- cluster up/,
      );
      expect(await targetFor(stage.id).checks(stage.place)).toContainEqual(
        expect.objectContaining({
          name: "Knative Serving",
          state: "missing",
          fix: expect.stringContaining("cluster up"),
        }),
      );
    },
    longest,
  );

  it(
    "stands as it was built, each object labelled, and a second deployment changes nothing",
    async () => {
      const stage = stageFor(hello);
      const { ledger, unchanged } = await deployStage(stage, hello.build);
      expect(unchanged).toBe(false);
      expect(ledger).toMatchObject({
        state: "deployed",
        app: "hello",
        stage: "demo",
        platform: "kubernetes",
      });
      const proof = cluster.whole ? "cluster" : "double";
      expect(await targetFor(stage.id).witness(stage.place, "")).toMatchObject({ proof });
      const objects = await standing(cluster, "hello-demo");
      const config = Object.keys(objects).find((name) => /^ConfigMap\/hello-[a-z0-9]{10}$/.test(name));
      const expected = [
        "ConfigMap/hello-demo-ledger",
        config,
        "CronJob/hello-tick",
        "Deployment/hello",
        "HorizontalPodAutoscaler/hello",
        "NetworkPolicy/hello",
        "NetworkPolicy/hello-closed",
        "PodDisruptionBudget/hello",
        "Service/hello",
        "ServiceAccount/hello",
      ];
      expect(Object.keys(objects).sort()).toEqual(expected.sort());
      for (const [name, { metadata }] of Object.entries(objects))
        expect(metadata.labels, name).toMatchObject({
          "faasade-app": "hello",
          "faasade-stage": "demo",
          "faasade-deployment": "hello-demo",
        });
      const image = await cluster.run([
        "get",
        "deployment/hello",
        "--namespace=hello-demo",
        "-o=jsonpath={.spec.template.spec.containers[0].image}",
      ]);
      expect(image).toMatch(/^registry\.example\/team\/hello:[0-9a-f]{16}$/);

      const again = await planStage(stage, hello.build);
      expect(again.changes.filter(({ what }) => what !== "unchanged")).toEqual([]);
      expect((await deployStage(stage, hello.build)).unchanged).toBe(true);
      expect(versionsOf(await standing(cluster, "hello-demo"))).toEqual(versionsOf(objects));
    },
    longest,
  );

  it(
    "changes what another build changes, and removes what it has no more",
    async () => {
      const stage = stageFor(hello);
      await deployStage(stage, hello.build);
      const before = versionsOf(await standing(cluster, "hello-demo"));
      const other = await withChanges(hello.build, async (folder) => {
        await appendFile(join(folder, "overlays/demo/settings.env"), "\nGREETING=Good day\n");
        await removeFromBase(folder, "pod-disruption-budget-hello.yaml");
      });
      const plan = await planStage(stage, other);
      expect(
        plan.changes
          .filter(({ what }) => what !== "unchanged")
          .map(({ what, type }) => `${what} ${type}`)
          .sort(),
      ).toEqual([
        "change ConfigMap",
        "change CronJob.batch",
        "change Deployment.apps",
        "remove PodDisruptionBudget.policy",
      ]);
      await deployStage(stage, other);
      const after = versionsOf(await standing(cluster, "hello-demo"));
      const changed = Object.keys(after).filter(
        (name) => after[name] !== before[name] && !name.startsWith("ConfigMap/"),
      );
      expect(changed.sort()).toEqual(["CronJob/hello-tick", "Deployment/hello"]);
      const gone = Object.keys(before).filter(
        (name) => after[name] === undefined && !name.startsWith("ConfigMap/"),
      );
      expect(gone).toEqual(["PodDisruptionBudget/hello"]);
      const settings = Object.keys(after).filter((name) => /^ConfigMap\/hello-[a-z0-9]{10}$/.test(name));
      expect(settings).toHaveLength(1);
      expect(before[settings[0] ?? ""]).toBeUndefined();
    },
    longest,
  );

  it(
    "makes again what somebody deleted, and does not miss it in the end",
    async () => {
      const stage = stageFor(hello);
      await deployStage(stage, hello.build);
      await cluster.run(["delete", "service/hello", "cronjob/hello-tick", "--namespace=hello-demo"]);
      expect(
        (await planStage(stage, hello.build)).changes.filter(({ what }) => what === "create"),
      ).toHaveLength(2);
      await deployStage(stage, hello.build);
      expect(await standing(cluster, "hello-demo")).toHaveProperty(["Service/hello"]);
      await cluster.run([
        "delete",
        "deployment/hello",
        "configmap/hello-demo-ledger",
        "--namespace=hello-demo",
      ]);
      expect((await destroyStage(stage, true)).left).toEqual([]);
      await isGone(cluster, "hello-demo");
    },
    longest,
  );

  it(
    "leaves other stages and other people's objects alone",
    async () => {
      const other = await buildStage("hello", "kubernetes", "live");
      onTestFinished(() => other.remove());
      const [stage, neighbour] = [stageFor(hello), stageFor(other)];
      await deployStage(neighbour, other.build);
      await deployStage(stage, hello.build);
      const before = versionsOf(await standing(cluster, "hello-live"));
      await cluster.run(["create", "configmap", "strange", "--namespace=hello-demo", "--from-literal=a=b"]);
      const { left } = await destroyStage(stage, true);
      expect(left.map(({ id }) => id)).toEqual(["v1 Namespace hello-demo"]);
      expect(Object.keys(await standing(cluster, "hello-demo"))).toEqual(["ConfigMap/strange"]);
      expect(versionsOf(await standing(cluster, "hello-live"))).toEqual(before);
      await cluster.run(["delete", "configmap/strange", "--namespace=hello-demo"]);
      expect((await destroyStage(stage, true)).left).toEqual([]);
    },
    longest,
  );

  it(
    "stands in a namespace of somebody else's, which stays",
    async () => {
      await cluster.run(["create", "namespace", "team"]);
      onTestFinished(async () => void (await cluster.run(["delete", "namespace/team"])), longest);
      const stage = stageFor(hello, { ...placeWithoutNodes, namespace: "team" });
      await cluster.run(["create", "configmap", "strange", "--namespace=team", "--from-literal=a=b"]);
      await deployStage(stage, hello.build);
      expect(await standing(cluster, "team")).toHaveProperty(["Deployment/hello"]);
      expect((await destroyStage(stage, true)).left).toEqual([]);
      expect(Object.keys(await standing(cluster, "team"))).toEqual(["ConfigMap/strange"]);
    },
    longest,
  );

  describe("with Knative's kinds", () => {
    beforeAll(async () => {
      await define(cluster, "knative.dev_serving", "knative.dev_eventing", "sigs.k8s.io_gateway-api");
    }, longest);

    it(
      "keeps what holds data unless told otherwise, and names it",
      async () => {
        const stage = stageFor(images);
        await expect(deployStage(stage, images.build)).rejects.toThrow(
          /--set IMAGE_SIGNING_KEY=@<file that holds it>[\s\S]*--set PHOTOS_URL=/,
        );
        const { ledger } = await deployStage(stage, images.build, { values: pictures, createSecrets: true });
        expect(ledger.resources).toEqual(pictures);
        const objects = await standing(cluster, "image-conversion-demo");
        for (const name of [
          "Service/image-conversion",
          "Service/image-conversion-events",
          "Service/image-conversion-dead-letters",
          "Service/image-conversion-intake",
          "Deployment/image-conversion-intake",
          "Broker/image-conversion",
          "Trigger/image-conversion-make-renditions",
          "SinkBinding/image-conversion-intake",
          "Secret/image-conversion",
        ])
          expect(objects).toHaveProperty([name]);
        const key = objects["Secret/image-conversion"]?.data?.["IMAGE_SIGNING_KEY"] ?? "";
        const secret = Buffer.from(key, "base64").toString("utf8");
        expect(secret).toMatch(/^[\w-]{43}$/);
        for (const text of [key, secret])
          expect(JSON.stringify(objects["ConfigMap/image-conversion-demo-ledger"])).not.toContain(text);

        // What was given once is remembered: a deployment without it changes nothing.
        expect((await deployStage(stage, images.build)).unchanged).toBe(true);

        await cluster.run(["apply", "--filename=-"], claim("image-conversion-demo"));
        const { left } = await destroyStage(stage, false);
        expect(left.map(({ id }) => id).sort()).toEqual([
          "v1 Namespace image-conversion-demo",
          "v1 PersistentVolumeClaim image-conversion-demo/photos",
          "v1 Secret image-conversion-demo/image-conversion",
        ]);
        expect(left.every(({ holdsData }) => holdsData)).toBe(true);
        expect((await destroyStage(stage, true)).left).toEqual([]);
        await isGone(cluster, "image-conversion-demo");
      },
      longest,
    );

    it(
      "has a route for each function, where each is a unit of its own",
      async () => {
        const apart = await buildStage("hello", "knative", "apart", "function");
        onTestFinished(() => apart.remove());
        const stage = stageFor(apart);
        await deployStage(stage, apart.build);
        const objects = await standing(cluster, "hello-apart");
        for (const name of [
          "HTTPRoute/hello-greet",
          "Service/hello-greet",
          "Service/hello-tick",
          "PingSource/hello-tick",
        ])
          expect(objects).toHaveProperty([name]);
        const images = ["hello-greet", "hello-tick"].map((name) =>
          JSON.stringify(objects[`Service/${name}`]?.spec),
        );
        for (const [index, name] of ["hello-greet", "hello-tick"].entries())
          expect(images[index]).toMatch(new RegExp(`"image":"registry\\.example/team/${name}:[0-9a-f]{16}"`));
        expect((await destroyStage(stage, true)).left).toEqual([]);
      },
      longest,
    );

    it(
      "ends in the same state whichever step a deployment and a removal are killed at",
      async () => {
        const { build } = onKnative;
        const stage = stageFor(onKnative);
        const deploying: string[] = [];
        await deployStage(stage, build, { starts: ({ name }) => deploying.push(name) });
        const whole = contentsOf(await standing(cluster, "hello-kdemo"));
        const destroying: string[] = [];
        await destroyStage(stage, true, ({ name }) => destroying.push(name));
        await isGone(cluster, "hello-kdemo");

        for (const [at, name] of deploying.entries()) {
          const when = name === "apply" ? "during" : "before";
          await killed({ what: "deploy", stage, build, at, when });
          await deployStage(stage, build);
          expect(contentsOf(await standing(cluster, "hello-kdemo")), `killed ${when} ${name}`).toEqual(whole);
          const removal = at % destroying.length;
          await killed({ what: "destroy", stage, build, at: removal, when: "during" });
          expect((await destroyStage(stage, true)).left, `killed during ${destroying[removal]}`).toEqual([]);
          await isGone(cluster, "hello-kdemo");
        }
        for (const [at, name] of destroying.entries()) {
          if (at < deploying.length) continue;
          await deployStage(stage, build);
          await killed({ what: "destroy", stage, build, at, when: "during" });
          expect((await destroyStage(stage, true)).left, `killed during ${name}`).toEqual([]);
        }
      },
      longest * 2,
    );
  });
});

/** The build with some files changed, in a folder of its own. */
async function withChanges(
  build: BuildResult,
  change: (folder: string) => Promise<void>,
): Promise<BuildResult> {
  const parent = await mkdtemp(join(tmpdir(), "faasade-changed-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, build.platform);
  await cp(build.folder, folder, { recursive: true });
  await change(folder);
  return { ...build, folder };
}

async function removeFromBase(folder: string, file: string): Promise<void> {
  const path = join(folder, "base/kustomization.yaml");
  const text = await readFile(path, "utf8");
  const without = text.split("\n").filter((line) => !line.includes(file));
  expect(without.length).toBe(text.split("\n").length - 1);
  await writeFile(path, without.join("\n"));
}

async function killed(child: KilledChild): Promise<void> {
  const file = join(import.meta.dirname, "killed-child.ts");
  const program = spawn(process.execPath, [file, JSON.stringify(child)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  program.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const [, signal] = await once(program, "close");
  expect(signal, said).toBe("SIGKILL");
}

async function isGone(cluster: Cluster, namespace: string): Promise<void> {
  expect(await cluster.run(["get", `namespace/${namespace}`, "--ignore-not-found", "-o=name"])).toBe("");
}

function claim(namespace: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "photos", namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
}
