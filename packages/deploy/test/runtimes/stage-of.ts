// One app on one stage of the double of AWS: built once, deployed and destroyed by processes of their own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildResult, buildApp } from "@faasade/build";
import { readLedgers, type StageId } from "@faasade/deploy";
import { type Program, startProgram } from "../../../platforms/test/runtimes/program.ts";
import type { AwsStanding } from "../../src/aws-lambda/standing.ts";
import { target } from "../../src/aws-lambda/target.ts";
import type { Order } from "../engine-child.ts";
import type { AwsDouble } from "./aws-double.ts";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const child = fileURLToPath(new URL("../engine-child.ts", import.meta.url));

export interface BuildFor {
  readonly app: string;
  readonly unit?: "function" | "app";
  readonly only?: readonly string[];
  readonly cpu?: "x64" | "arm64";
}

export class StageOf {
  readonly double: AwsDouble;
  readonly id: StageId;
  readonly root: string;
  build: BuildResult;

  private constructor(double: AwsDouble, root: string, build: BuildResult) {
    const { app, stage, platform } = build;
    this.double = double;
    this.root = root;
    this.build = build;
    this.id = { app, stage, platform, name: `${app}-${stage}` };
  }

  static async of(double: AwsDouble, options: BuildFor): Promise<StageOf> {
    const root = await mkdtemp(join(tmpdir(), "faasade-stage-"));
    const outFolder = join(root, "built");
    const build = await buildApp({
      root: repository,
      platform: "aws-lambda",
      stage: "demo",
      outFolder,
      ...options,
    });
    return new StageOf(double, root, build);
  }

  get place(): Readonly<Record<string, string>> {
    return { region: "eu-central-1", endpoint: this.double.url };
  }

  start(order: Pick<Order, "what"> & Partial<Order>): Program {
    const { root, id, build, place } = this;
    const whole: Order = { root, id, build, place, ...order };
    return startProgram(process.execPath, [child, JSON.stringify(whole)], {
      cwd: root,
      environment: { ...this.double.environment },
    });
  }

  /** To its end. @returns what it printed. @throws {Error} with that, when it fails. */
  async run(order: Pick<Order, "what"> & Partial<Order>): Promise<string> {
    const program = this.start(order);
    const { code } = await program.exited;
    if (code !== 0) throw new Error(`It ended with ${code}:\n${program.output()}`);
    return program.output();
  }

  look(): Promise<AwsStanding> {
    return target.look(this.id, this.place) as Promise<AwsStanding>;
  }

  /** What stands and is remembered, without what differs from one deployment to the next. */
  async state(): Promise<object> {
    const { state, ledger, resources, stack } = await this.look();
    const ledgers = await readLedgers(this.root, this.id.app);
    return {
      state,
      build: ledger?.build,
      tagged: resources.map(({ id }) => plain(id)).sort(),
      stack: stack?.resources.map(({ logicalId, physicalId }) => `${logicalId} ${plain(physicalId)}`).sort(),
      missing: stack?.missing,
      objects: await this.objects(`faasade-123456789012-eu-central-1`),
      remembered: ledgers.map(({ at: _, place: __, ...one }) => one),
    };
  }

  async objects(bucket: string): Promise<string[]> {
    const response = await this.double.moto.request("s3", `/${bucket}?list-type=2`);
    return [...(await response.text()).matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = ""]) => key);
  }

  dispose(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}

/** Without the random ends of AWS's names. */
function plain(id: string): string {
  return id
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/-[A-Z0-9]{12}$/, "-<random>")
    .replace(/(:secret:.*)-[A-Za-z0-9]{6}$/, "$1-<random>");
}
