import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "@faasade/build";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type DeploymentPlan,
  deploy,
  destroy,
  planDeployment,
  planDestruction,
  readLedgers,
} from "../src/index.ts";
import { lookAtOwn } from "../src/own-stage.ts";
import type { Need, Standing } from "../src/target.ts";
import { MemoryTarget } from "./memory-target.ts";

let root: string;
let target: MemoryTarget;
let said: string[];
const id = { app: "shop", stage: "demo", platform: "memory", name: "shop-demo" };
const place = { region: "here" };
const progress = {
  starts: ({ command }: { command: string }) => void said.push(command),
  says: (line: string) => void said.push(line),
};
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "faasade-engine-"));
  target = new MemoryTarget();
  said = [];
});
afterEach(() => rm(root, { recursive: true }));

type Built = { bytes?: number; packaging?: string; driver?: string };

async function built({ bytes = 1, packaging = "zip", driver = "memory" }: Built = {}): Promise<BuildResult> {
  await writeFile(join(root, "sell.zip"), "x".repeat(bytes));
  return {
    app: "shop",
    stage: "demo",
    platform: "memory",
    packaging,
    unit: "function",
    folder: root,
    artefacts: [{ name: "sell", path: "sell.zip", functions: ["sell"], packedBytes: bytes }],
    functions: [],
    resources: [{ kind: "object-store", name: "photos", driver }],
    manifest: [],
    notes: [],
  } as unknown as BuildResult;
}

async function plan(
  of: Built = {},
  options: { standing?: Standing; createSecrets?: boolean } = {},
): Promise<DeploymentPlan> {
  return planDeployment({ target, id, build: await built(of), place, values: {}, ...options });
}

const run = async (of: Built = {}) => deploy(root, target, place, await plan(of), progress);

const remove = async (deleteData: boolean) => {
  const request = { target, id, place, deleteData };
  const [ledger] = await readLedgers(root, "shop", "demo");
  return destroy(root, request, await planDestruction(request), ledger, progress);
};

describe("a deployment", () => {
  it("says each command before it runs, and remembers where it is", async () => {
    const { ledger, unchanged, steps } = await run();
    expect(unchanged).toBe(false);
    expect(said).toEqual([
      "memory put-sell",
      "written",
      "memory put-store-photos",
      "written",
      "memory remember",
      "remembered",
    ]);
    expect(steps.map(({ name }) => name)).toEqual(["put-sell", "put-store-photos", "remember"]);
    expect(ledger).toMatchObject({
      state: "deployed",
      url: "https://memory.example",
      place,
      drivers: { "object-store/photos": "memory" },
    });
    expect(await readLedgers(root, "shop")).toEqual([ledger]);
  });

  it("of what stands changes nothing and says so", async () => {
    const { ledger } = await run();
    said = [];
    expect(await run()).toEqual({ unchanged: true, steps: [], ledger });
    expect(said).toEqual([]);
  });

  it("changes what changed, and takes away what is no longer built", async () => {
    await run();
    target.resources.set("former", "");
    const { changes } = await plan({ bytes: 2 });
    expect(changes.map(({ what, name }) => `${what} ${name}`)).toEqual([
      "change sell",
      "unchanged store-photos",
      "remove former",
    ]);
    await run({ bytes: 2 });
    expect([...target.resources.keys()]).toEqual(["sell", "store-photos"]);
  });

  it("makes again what was removed by hand", async () => {
    await run();
    target.resources.delete("sell");
    const { changes, unchanged } = await plan();
    expect(unchanged).toBe(false);
    expect(changes).toContainEqual({ what: "create", type: "memory", name: "sell" });
    await run();
    expect(target.resources.has("sell")).toBe(true);
  });

  it("that was cut off is remembered as begun, and goes on", async () => {
    target.failing = { step: "put-store-photos", times: 1 };
    await expect(run()).rejects.toThrow("interrupted");
    expect(await readLedgers(root, "shop")).toMatchObject([{ state: "deploying" }]);
    said = [];
    expect(await run()).toMatchObject({ unchanged: false });
    expect(said.slice(0, 2)).toEqual(["memory put-sell", "nothing to do"]);
    expect(await readLedgers(root, "shop")).toMatchObject([{ state: "deployed" }]);
  });

  it("is refused before any step when a switch would leave a store behind, with the way out", async () => {
    await run();
    const switched = await plan({ driver: "elsewhere" });
    const words =
      /--driver photos=elsewhere.*stands with --driver photos=memory.*memory store-photos would be left behind.*destroy shop --target memory --stage demo/;
    expect(switched.refusal).toMatch(words);
    expect(switched.unchanged).toBe(false);
    said = [];
    await expect(deploy(root, target, place, switched, progress)).rejects.toThrow(Refusal);
    expect(said).toEqual([]);
  });

  it("may switch its packaging where nothing would be left behind", async () => {
    await run();
    expect((await plan({ packaging: "image" })).refusal).toBeUndefined();
  });

  it("is refused while something must be given, with the command; secrets are made when that is wished", async () => {
    let isMade = false;
    const create = {
      name: "make-key",
      command: "memory make-key",
      run: async () => {
        isMade = true;
        return "made";
      },
    };
    const key: Need = {
      name: "KEY",
      kind: "secret",
      state: "missing",
      detail: "shop/demo/KEY",
      fix: "memory set KEY",
      create,
    };
    const url: Need = {
      name: "LEDGER_URL",
      kind: "url",
      state: "missing",
      detail: "where it is",
      fix: "--set LEDGER_URL=…",
    };
    target.needed = [key, url];
    expect((await plan()).refusal).toMatch(
      /KEY, LEDGER_URL must be given first.*memory set KEY.*--set LEDGER_URL=….*--create-secrets/s,
    );
    expect((await plan({}, { createSecrets: true })).refusal).toMatch(/: LEDGER_URL must be given first/);
    target.needed = [key];
    await deploy(root, target, place, await plan({}, { createSecrets: true }), progress);
    expect(isMade).toBe(true);
    expect(said[0]).toBe("memory make-key");
  });

  it("of a place that cannot be asked is planned as the first one, and never run unasked", async () => {
    target.isReached = false;
    target.needed = [{ name: "KEY", kind: "secret", state: "missing", detail: "" }];
    const asked = await lookAtOwn(target, id, place, true);
    const { standing, changes, refusal } = await plan({}, { standing: asked });
    expect(standing).toMatchObject({ state: "unknown", detail: "Cannot ask memory: it is asleep." });
    expect(changes.map(({ what }) => what)).toEqual(["create", "create"]);
    expect(refusal).toBeUndefined();
    await expect(plan()).rejects.toThrow("asleep");
  });

  it("is no refusal where the place lacks something, whatever the target calls it", async () => {
    target.look = () => Promise.reject(new Refusal("Cannot ask memory: no region is chosen."));
    const failed = await plan().catch((error: Error) => error);
    expect(failed).toMatchObject({ message: "Cannot ask memory: no region is chosen." });
    expect(failed).not.toBeInstanceOf(Refusal);
    await expect(planDestruction({ target, id, place, deleteData: true })).rejects.not.toThrow(Refusal);
  });
});

describe("the copy of a ledger", () => {
  it("holds no URL with a password in it", async () => {
    await run();
    if (target.ledger === undefined) throw new Error("It was not deployed.");
    const [PHOTOS_URL, LEDGER_URL] = ["s3://photos", "postgres://shop:hidden@db/shop"];
    target.ledger = { ...target.ledger, resources: { PHOTOS_URL, LEDGER_URL } };
    await run();
    expect(await readLedgers(root, "shop")).toMatchObject([{ resources: { PHOTOS_URL } }]);
    expect(JSON.stringify(await readLedgers(root, "shop"))).not.toContain("hidden");
  });
});

describe("a destruction", () => {
  it("keeps stores with their data, remembers that, and takes them too when that is wished", async () => {
    await run();
    expect((await remove(false)).left).toEqual([{ id: "store-photos", type: "memory", holdsData: true }]);
    expect(await readLedgers(root, "shop")).toMatchObject([{ state: "kept" }]);
    expect((await remove(true)).left).toEqual([]);
    expect(await readLedgers(root, "shop")).toEqual([]);
  });

  it("tells what the platform still shows, whatever the steps said", async () => {
    await run();
    target.resources.set("late", "");
    const request = { target, id, place, deleteData: true };
    const planned = await planDestruction(request);
    target.resources.set("later", "");
    expect((await destroy(root, request, planned, undefined, progress)).left.map(({ id }) => id)).toEqual([
      "later",
    ]);
  });

  it("that was cut off is remembered as begun", async () => {
    await run();
    target.failing = { step: "remove-store-photos", times: 1 };
    await expect(remove(true)).rejects.toThrow("interrupted");
    expect(await readLedgers(root, "shop")).toMatchObject([{ state: "destroying" }]);
    expect((await remove(true)).left).toEqual([]);
  });

  it("of what was never deployed has nothing to do", async () => {
    expect(await remove(true)).toEqual({ steps: [], left: [] });
  });
});

describe("a stage's name", () => {
  it("that another app's stage has taken is refused, and what stands there is left alone", async () => {
    await run();
    if (target.ledger === undefined) throw new Error("It was not deployed.");
    target.ledger = { ...target.ledger, app: "shop-demo", stage: "eu" };
    const before = [...target.resources.keys()];
    const taken = { ...id, stage: "demo-eu", name: "shop-demo-eu" };
    const refusal =
      "Cannot work with stage demo-eu of shop: shop-demo-eu is what stage eu of shop-demo is called";
    const request = { target, id: taken, place, deleteData: true };
    await expect(planDestruction(request)).rejects.toThrow(refusal);
    for (const unasked of [true, false])
      await expect(lookAtOwn(target, taken, place, unasked)).rejects.toThrow(refusal);
    const build = await built();
    await expect(planDeployment({ target, id: taken, build, place, values: {} })).rejects.toThrow(refusal);
    expect([...target.resources.keys()]).toEqual(before);
  });

  it.each(["", "Demo", "demo OR labels.a:*", "demo,faasade-app", "../demo"])(
    "%j is none, and nothing is asked by it",
    async (stage) => {
      target.isReached = false;
      const request = { target, id: { ...id, stage, name: `shop-${stage}` }, place, deleteData: true };
      await expect(planDestruction(request)).rejects.toThrow("Choose a shorter or plainer name");
    },
  );
});
