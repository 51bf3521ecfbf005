// A stage's namespace on a real kube-apiserver: made with its labels, and never taken over.
// Needs apps/hello and apps/image-conversion.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { readLedgers } from "../../src/ledger.ts";
import { type Cluster, describeOnCluster, startCluster } from "./cluster.ts";
import {
  type Built,
  buildStage,
  deployStage,
  destroyStage,
  planStage,
  stageOf,
  standing,
  targetFor,
  useCluster,
} from "./stages.ts";

const longest = 240_000;

describeOnCluster("the namespace of a stage on a kube-apiserver", () => {
  let cluster: Cluster;
  let home: string;
  let hello: Built;

  beforeAll(async () => {
    cluster = await startCluster();
    useCluster(cluster);
    home = await mkdtemp(join(tmpdir(), "faasade-home-"));
    hello = await buildStage("hello", "kubernetes", "ns");
  }, longest);
  afterAll(async () => {
    await hello?.remove();
    await rm(home, { recursive: true, force: true });
    await cluster?.stop();
  }, longest);

  it(
    "is refused when somebody else made it, before anything is put there, and taken when they give it",
    async () => {
      const stage = stageOf(hello.build, home);
      await cluster.run(["create", "namespace", "hello-ns"]);
      await cluster.run(["create", "configmap", "theirs", "--namespace=hello-ns"]);
      onTestFinished(async () => void (await destroyStage(stage, true)), longest);
      const refused = planStage(stage, hello.build);
      await expect(refused).rejects.toThrow(
        /Cannot deploy hello to the namespace hello-ns: it is there already/,
      );
      await expect(refused).rejects.toThrow(Refusal);
      expect(Object.keys(await standing(cluster, "hello-ns"))).toEqual(["ConfigMap/theirs"]);
      await cluster.run(["delete", "configmap", "theirs", "--namespace=hello-ns"]);
      await cluster.run(["label", "namespace", "hello-ns", "faasade-deployment=hello-ns"]);
      expect((await deployStage(stage, hello.build)).unchanged).toBe(false);
    },
    longest,
  );

  it(
    "is the stage's from the first Secret on, so that a deployment that was cut off there goes on",
    async () => {
      const images = await buildStage("image-conversion", "kubernetes", "ns");
      onTestFinished(() => images.remove());
      const stage = stageOf(images.build, home);
      const url = "s3://x?endpoint=http://store:1";
      const values = { PHOTOS_URL: url, RENDITIONS_URL: url, DELIVERIES_URL: "postgres://app:hidden@db/app" };
      const plan = await planStage(stage, images.build, { values, createSecrets: true });
      const [first] = plan.steps.filter(({ name }) => name.startsWith("secret "));
      await first?.run(() => {});
      const look = () => targetFor(stage.id).look(stage.id, stage.place);
      expect((await look()).resources.map(({ type }) => type)).toEqual(["Namespace", "Secret"]);
      expect(plan.steps.map(({ command }) => command).join("\n")).not.toContain("hidden");
      await deployStage(stage, images.build, { values, createSecrets: true });
      // A password is in the Secret, and nowhere else: no ConfigMap, no ledger.
      const objects = Object.entries(await standing(cluster, "image-conversion-ns"));
      const open = objects.filter(([name]) => name !== "Secret/image-conversion");
      expect(open.length).toBe(objects.length - 1);
      expect(JSON.stringify([open, await readLedgers(home, "image-conversion")])).not.toContain("hidden");
      expect((await planStage(stage, images.build)).unchanged).toBe(true);
      expect((await destroyStage(stage, true)).left).toEqual([]);
    },
    longest,
  );
});
