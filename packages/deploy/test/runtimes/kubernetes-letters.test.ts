// What a schedule on a cluster failed at, listed, shown and run again by the command, on a real kube-apiserver.
// Needs apps/hello.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, describeOnCluster, startCluster } from "./cluster.ts";
import { asked, command } from "./command.ts";
import {
  type Built,
  buildStage,
  deployStage,
  destroyStage,
  type Stage,
  stageOf,
  useCluster,
} from "./stages.ts";

const longest = 240_000;
const due = "2025-11-26T04:00:00.000Z";
const failedName = `hello-tick-${Date.parse(due) / 60_000}`;

interface Letters {
  readonly deadLetters: readonly { readonly id: string; readonly queue: string; readonly reason: string }[];
}

describeOnCluster("dead letters of a stage on a kube-apiserver", () => {
  let cluster: Cluster;
  let home: string;
  let hello: Built;
  let stage: Stage;
  let environment: Record<string, string>;

  beforeAll(async () => {
    cluster = await startCluster();
    useCluster(cluster);
    environment = { KUBECONFIG: cluster.kubeconfig, FAASADE_KUBECTL: cluster.kubectl };
    home = await mkdtemp(join(tmpdir(), "faasade-home-"));
    hello = await buildStage("hello", "kubernetes", "letters");
    stage = stageOf(hello.build, home);
    await deployStage(stage, hello.build);
  }, longest);
  afterAll(async () => {
    if (stage !== undefined) await destroyStage(stage, true);
    await hello?.remove();
    await rm(home, { recursive: true, force: true });
    await cluster?.stop();
  }, longest);

  const inStage = (args: readonly string[]): Promise<string> =>
    cluster.run([...args, "--namespace=hello-letters"]);
  const on = ["--stage", "letters"];

  /** As the controller of Jobs, which is not here, says that it gave one up. */
  async function giveUp(job: string): Promise<void> {
    const lastTransitionTime = "2025-11-26T04:07:00Z";
    const more = { status: "True", reason: "BackoffLimitExceeded", lastTransitionTime };
    const message = "Job has reached the specified backoff limit";
    const conditions = ["FailureTarget", "Failed"].map((type) => ({ type, message, ...more }));
    const status = { startTime: "2025-11-26T04:00:00Z", failed: 4, conditions };
    await inStage([
      "patch",
      `job/${job}`,
      "--subresource=status",
      "--type=merge",
      `--patch=${JSON.stringify({ status })}`,
    ]);
  }

  it(
    "are Jobs of its schedules that failed for good, and no others",
    async () => {
      await inStage(["create", "job", failedName, "--from=cronjob/hello-tick"]);
      await inStage(["create", "job", "hello-tick-29402161", "--from=cronjob/hello-tick"]);
      await inStage(["create", "job", "somebody-elses", "--image=registry.example/other"]);
      await giveUp(failedName);
      await giveUp("somebody-elses");
      const { deadLetters } = await asked<Letters>(home, ["dead-letters", "list", ...on], environment);
      expect(deadLetters).toEqual([
        {
          id: failedName,
          queue: "hello/tick",
          reason: "BackoffLimitExceeded: Job has reached the specified backoff limit",
          deadAt: "2025-11-26T04:07:00Z",
          body: JSON.stringify({ job: "hello/tick", due }),
        },
      ]);
      const { said } = await command(
        home,
        ["dead-letters", "show", failedName.slice(0, 15), ...on],
        environment,
      );
      expect(said).toContain(due);
    },
    longest,
  );

  it(
    "run again for the time at which they were due, and are gone then",
    async () => {
      const none = await command(home, ["dead-letters", "replay", "nobody", ...on], environment);
      expect(none).toMatchObject({
        code: 3,
        said: expect.stringContaining("no dead letter of hello-letters"),
      });
      expect(await asked(home, ["dead-letters", "replay", failedName, ...on], environment)).toEqual({
        replayed: 1,
      });
      expect(await asked(home, ["dead-letters", "list", ...on], environment)).toEqual({ deadLetters: [] });
      const jobs = (await inStage(["get", "jobs", "-o=jsonpath={.items[*].metadata.name}"])).split(" ");
      expect(jobs).not.toContain(failedName);
      const again = jobs.filter((name) =>
        new RegExp(`^hello-tick-[0-9a-f]{6}-${Date.parse(due) / 60_000}$`).test(name),
      );
      expect(again).toHaveLength(1);
      // It is one of the schedule's again, with the same due time, should it fail too.
      await giveUp(again[0] ?? "");
      const { deadLetters } = await asked<Letters>(home, ["dead-letters", "list", ...on], environment);
      expect(deadLetters).toMatchObject([{ id: again[0], body: JSON.stringify({ job: "hello/tick", due }) }]);
    },
    longest,
  );
});
