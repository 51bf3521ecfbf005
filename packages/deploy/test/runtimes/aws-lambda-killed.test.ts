// Needs apps/hello and apps/image-conversion.
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInside } from "../../../platforms/test/runtimes/installed.ts";
import type { Order } from "../engine-child.ts";
import { type AwsDouble, startAwsDouble } from "./aws-double.ts";
import { StageOf } from "./stage-of.ts";

/** Before a step begins, or before or after the effect of a request that changes something. */
type Moment = { readonly step: string } | { readonly request: number; readonly when: "before" | "after" };

describeInside("a deployment on AWS, killed at any moment and run again,", ["python"], () => {
  let double: AwsDouble;
  beforeAll(async () => {
    double = await startAwsDouble();
    Object.assign(process.env, double.environment);
  }, 60_000);
  afterAll(() => double?.stop());

  it("ends in the same state", async () => {
    const stage = await StageOf.of(double, { app: "hello" });
    const deployed = await momentsOf(stage, { what: "deploy" });
    const wanted = await stage.state();
    expect(wanted).toMatchObject({ state: "ready", remembered: [{ state: "deployed" }] });
    expect(deployed.length).toBeGreaterThan(15);
    for (const moment of deployed) {
      await double.reset();
      await killedAt(stage, { what: "deploy" }, moment);
      await stage.run({ what: "deploy" });
      expect(await stage.state(), JSON.stringify(moment)).toEqual(wanted);
      expect(await stage.run({ what: "deploy" }), JSON.stringify(moment)).toContain("unchanged");
    }
    await stage.dispose();
  }, 900_000);

  it("leaves nothing when it was a destruction", async () => {
    const stage = await StageOf.of(double, {
      app: "image-conversion",
      unit: "app",
      only: ["serve-rendition", "remove-photo", "sign-url"],
    });
    const begin = async (): Promise<void> => {
      await double.reset();
      await stage.run({ what: "deploy" });
      for (const [store, key] of [
        ["photos", "cat.jpg"],
        ["renditions", "cat.webp"],
      ])
        await double.moto.request("s3", `/image-conversion-demo-${store}-123456789012/${key}`, {
          method: "PUT",
          body: "x",
        });
      double.changes.length = 0;
    };
    await begin();
    const order = { what: "destroy", deleteData: true } as const;
    const moments = await momentsOf(stage, order);
    const wanted = await stage.state();
    expect(wanted).toMatchObject({ state: "absent", tagged: [], objects: [], remembered: [] });
    for (const moment of moments) {
      await begin();
      await killedAt(stage, order, moment);
      expect(await stage.run(order), JSON.stringify(moment)).toContain("asked by tag: 0 left");
      expect(await stage.state(), JSON.stringify(moment)).toEqual(wanted);
    }
    await stage.dispose();
  }, 900_000);

  /** Runs it once whole. */
  async function momentsOf(stage: StageOf, order: Pick<Order, "what"> & Partial<Order>): Promise<Moment[]> {
    double.changes.length = 0;
    const said = await stage.run(order);
    const steps = [...said.matchAll(/^step (.+)$/gm)].map(([, step = ""]) => ({ step }));
    const requests = double.changes.flatMap((call, index) =>
      call.startsWith("sts ")
        ? []
        : (["before", "after"] as const).map((when) => ({ request: index + 1, when })),
    );
    return [...steps, ...requests];
  }

  /** @throws {Error} when it was not killed: the moment never came. */
  async function killedAt(
    stage: StageOf,
    order: Pick<Order, "what"> & Partial<Order>,
    moment: Moment,
  ): Promise<void> {
    const program = stage.start("step" in moment ? { ...order, killBefore: moment.step } : order);
    double.onChange = async (number, when) => {
      if ("step" in moment || number !== moment.request || when !== moment.when) return undefined;
      double.onChange = undefined;
      await program.stop("SIGKILL");
      return when === "before" ? "lost" : undefined;
    };
    const { signal } = await program.exited;
    double.onChange = undefined;
    if (signal !== "SIGKILL")
      throw new Error(`It was not killed at ${JSON.stringify(moment)}:\n${program.output()}`);
  }
});
