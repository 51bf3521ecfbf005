// What `destroy --print` prints for a cluster, run as it stands by a shell, with kubectl, against a real kube-apiserver.
// Needs apps/hello.
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planDestruction, type Standing } from "../../src/index.ts";
import { type Cluster, describeOnCluster, startCluster } from "./cluster.ts";
import { shell } from "./shell.ts";
import { type Built, buildStage, deployStage, type Stage, stageOf, targetFor, useCluster } from "./stages.ts";

const longest = 240_000;

describeOnCluster("the printed way back from a kube-apiserver", () => {
  let cluster: Cluster;
  let home: string;
  let hello: Built;
  let stage: Stage;
  beforeAll(async () => {
    cluster = await startCluster();
    useCluster(cluster);
    home = await mkdtemp(join(tmpdir(), "faasade-home-"));
    await symlink(cluster.kubectl, join(home, "kubectl"));
    hello = await buildStage("hello", "kubernetes", "printed");
    stage = stageOf(hello.build, home);
  }, longest);
  afterAll(async () => {
    await hello?.remove();
    await rm(home, { recursive: true, force: true });
    await cluster?.stop();
  }, longest);

  const run = (commands: readonly string[]) => shell(commands, home, { KUBECONFIG: cluster.kubeconfig });
  const look = () => targetFor(stage.id).look(stage.id, stage.place);

  it(
    "leaves nothing, whether the cluster could be asked or not",
    async () => {
      const { id, place } = stage;
      const target = targetFor(id);
      await deployStage(stage, hello.build);
      expect((await look()).resources.length).toBeGreaterThan(5);
      const { steps } = await planDestruction({ target, id, place, deleteData: true });
      await run(steps.map(({ command }) => command));
      expect(await look()).toMatchObject({ state: "absent", resources: [] });

      await deployStage(stage, hello.build);
      const unknown: Standing = { state: "unknown", resources: [] };
      const context = (await target.settle?.(place)) ?? place;
      const unasked = await target.destroying(id, unknown, context, { deleteData: true });
      await run(unasked.map(({ command }) => command));
      expect(await look()).toMatchObject({ state: "absent", resources: [] });
    },
    longest,
  );
});
