// What `destroy --print` prints for a cluster, run as it stands by a shell, with kubectl, against a real kube-apiserver.
// Needs apps/hello.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planDestruction, type Standing } from "../../src/index.ts";
import { type Cluster, describeOnCluster, startCluster } from "./cluster.ts";
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

  /** Stops at the first command that fails. */
  async function shell(commands: readonly string[]): Promise<void> {
    const env = {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      PATH: [home, process.env["PATH"]].join(delimiter),
    };
    const child = spawn("sh", ["-euc", commands.join("\n")], { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`It ended with ${code}:\n${said}`);
  }

  const look = () => targetFor(stage.id).look(stage.id, stage.place);

  it(
    "leaves nothing, whether the cluster could be asked or not",
    async () => {
      const { id, place } = stage;
      const target = targetFor(id);
      await deployStage(stage, hello.build);
      expect((await look()).resources.length).toBeGreaterThan(5);
      const { steps } = await planDestruction({ target, id, place, deleteData: true });
      await shell(steps.map(({ command }) => command));
      expect(await look()).toMatchObject({ state: "absent", resources: [] });

      await deployStage(stage, hello.build);
      const unknown: Standing = { state: "unknown", resources: [] };
      const context = (await target.settle?.(place)) ?? place;
      const unasked = await target.destroying(id, unknown, context, { deleteData: true });
      await shell(unasked.map(({ command }) => command));
      expect(await look()).toMatchObject({ state: "absent", resources: [] });
    },
    longest,
  );
});
