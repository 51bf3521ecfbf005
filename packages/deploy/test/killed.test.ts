// A process that is killed with SIGKILL in the middle of a step, by the double of the tool that it just called.
// Needs apps/hello and apps/image-conversion.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProgram } from "../../platforms/test/runtimes/program.ts";
import { target as azure } from "../src/azure-functions/target.ts";
import { target as google } from "../src/google-cloud/target.ts";
import { type Double, type DoubleOptions, openDouble } from "./double.ts";
import type { Order } from "./engine-child.ts";

const child = join(import.meta.dirname, "engine-child.ts");
const kills = process.env["FAASADE_STRICT"] === "1" ? 12 : 1;
const minutes = 60_000;

const clouds: Readonly<Record<string, DoubleOptions>> = {
  "google-cloud": {
    app: "hello",
    target: google,
    place: { project: "acme", region: "europe-west1" },
    tools: { gcloud: join(import.meta.dirname, "google-cloud/gcloud.ts"), docker: ":" },
  },
  "azure-functions": {
    app: "image-conversion",
    target: azure,
    place: { location: "westeurope" },
    values: { clientId: "00000000-0000-0000-0000-000000000001", vaultName: "kept-here" },
    tools: { az: join(import.meta.dirname, "azure-functions/az.ts"), func: ":" },
  },
};

describe.skipIf(process.platform === "win32").each(Object.entries(clouds))("%s", (_, options) => {
  let double: Double;
  beforeAll(async () => {
    double = await openDouble(options);
  }, 2 * minutes);
  afterAll(() => double.dispose());

  interface Thing {
    readonly kind?: string;
    readonly type?: string;
    readonly name: string;
  }
  /** What stands, but for what outlives a stage by design. */
  const standing = (): string[] =>
    double
      .state<Thing>()
      .map(({ kind, type, name }) => `${kind ?? type} ${name}`)
      .filter((one) => !/^(secret|Microsoft\.Resources\/deployments) /.test(one))
      .sort();

  /** @param killAfter so many calls of its tool. @returns what it printed, and how it ended. */
  async function run(what: Order["what"], killAfter?: number) {
    const { id, build, folder } = double;
    const { place, values = {} } = options;
    const order: Order = { what, root: join(folder, "checkout"), id, build, place, values, deleteData: true };
    double.forgetCalls();
    const { PATH = "", DOUBLE_FOLDER = "" } = process.env;
    const program = startProgram(process.execPath, [child, JSON.stringify(order)], {
      cwd: folder,
      environment: { PATH, DOUBLE_FOLDER },
    });
    if (killAfter !== undefined) double.killAfter(killAfter, program.child.pid ?? 0);
    const { code, signal } = await program.exited;
    return { code, signal, said: program.output(), calls: double.calls().length };
  }

  /** Spread over all that every run makes; the first one makes secrets besides, which outlive the stage. */
  const momentsOf = (calls: number): number[] =>
    Array.from({ length: kills }, (_, index) => Math.ceil((0.85 * calls * (index + 0.7)) / kills));

  it(
    "ends in the same state, and with nothing left, whenever it was killed",
    async () => {
      const deployed = await run("deploy");
      expect(deployed, deployed.said).toMatchObject({ code: 0 });
      const whole = standing();
      const destroyed = await run("destroy");
      expect(destroyed.said).toContain("asked by tag: 0 left");
      expect(standing()).toEqual([]);
      const [up, down] = [momentsOf(deployed.calls), momentsOf(destroyed.calls)];
      for (const [index, deploying] of up.entries()) {
        const destroying = down[index];
        expect((await run("deploy", deploying)).signal, `deploy, call ${deploying}`).toBe("SIGKILL");
        const again = await run("deploy");
        expect(again, again.said).toMatchObject({ code: 0 });
        expect(standing(), `deployed after call ${deploying}`).toEqual(whole);
        expect((await run("destroy", destroying)).signal, `destroy, call ${destroying}`).toBe("SIGKILL");
        expect((await run("destroy")).said, `destroyed after call ${destroying}`).toContain("0 left");
        expect(standing()).toEqual([]);
      }
    },
    (kills + 2) * minutes,
  );
});
