// What goes wrong with an app is said in one line, with its reason, wherever one looks: reply, status and log.
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statusOf } from "../src/control/answers.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

const probe = `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({
  name: "sum",
  timeoutSeconds: 1,
  trigger: http({ "GET /exit": { auth: "public" }, "GET /loop": { auth: "public" }, "GET /same": { auth: "public" }, "GET /full": { auth: "public" } }),
  async handle({ path }) {
    if (path === "/full") (await import("node:fs")).writeFileSync("/dev/full", "x");
    if (path === "/exit") process.exit(3);
    if (path === "/loop") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return text("", { status: 304 });
  },
});
`;
let made: Awaited<ReturnType<typeof makeRoot>>;
let world: World;
const progress: string[] = [];

const start = async (): Promise<World> =>
  World.start({
    home: homeAt(made.root, { FAASADE_DATA: made.data }),
    onProgress: (line) => progress.push(line),
  });
const change = (source: string): Promise<void> =>
  writeFile(join(made.root, "apps/probe/src/functions/sum.ts"), source);
const ask = async (path: string): Promise<{ status: number; detail?: string }> => {
  const response = await fetch(`${world.gatewayOrigin}/probe${path}`);
  const body = await response.text();
  return { status: response.status, ...(body.startsWith("{") ? (JSON.parse(body) as object) : {}) };
};
const problem = (): string | undefined => statusOf(world).apps["probe"]?.problem;
const said = (): readonly string[] => world.logs.lines("probe", 100).map(({ message }) => message);

beforeAll(async () => {
  made = await makeRoot();
  await change(probe);
  world = await start();
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await made?.remove();
}, 60_000);

describe("what is told", { timeout: 120_000 }, () => {
  it("of a process that ends by itself: its exit code, to who waits and in the log", async () => {
    expect(await ask("/exit")).toMatchObject({
      status: 502,
      detail: "Cannot reach probe: its process ended (exit code 3).",
    });
    expect(said()).toContain("probe's process ended (exit code 3) and is started again.");
    await until("the next process", async () => (await ask("/same")).status === 304);
  });

  it("of a process that loops: that it was ended, and after how long", async () => {
    expect(await ask("/loop")).toMatchObject({
      status: 502,
      detail: "Cannot reach probe: its process gave no answer to GET /loop in 1 s and was ended.",
    });
    await until("the next process", async () => (await ask("/same")).status === 304);
  });

  it("of what did not change: nothing, so that the journal shows what did", async () => {
    const titles = (): string[] => world.journal.entries({ limit: 500 }).map(({ title }) => title);
    expect(titles()).toContain("GET /probe/exit → 502");
    await ask("/same");
    await ask("/exit");
    expect(titles().filter((title) => title.includes("/probe/same"))).toEqual([]);
    await until("the next process", async () => (await ask("/same")).status === 304);
  });

  it("of a source that is still loading: that it is, while the former one answers", async () => {
    await change(`await new Promise(() => {});\n${probe}`);
    const slow = "its changed source has been loading for 5 s. Its former version goes on answering";
    await until("the word", async () => problem() === slow);
    expect(progress).toContain(`probe is not up yet: ${slow}`);
    expect((await ask("/same")).status).toBe(304);
  });

  it("of a source that does not load: the first line and the place, and who answers; the rest is in the log", async () => {
    await change("export default 1 +;\n");
    const reason = "SyntaxError: Expression expected (src/functions/sum.ts:1)";
    await until("the failure", async () => problem() === `${reason}. Its former version goes on answering`);
    expect((await ask("/same")).status).toBe(304);
    expect(said()).toContainEqual(expect.stringMatching(/export default 1 \+;\n[\s\S]*\n {4}at /));
    world.apps.get("probe")?.crash();
    await until("the end of the former", async () => problem() === reason);
    expect(await ask("/same")).toMatchObject({
      status: 503,
      detail: `Cannot reach probe: it does not start: ${reason}.`,
    });
  });

  it("of a path on which nothing answers: what does", async () => {
    await change(probe);
    await until("the next process", async () => (await ask("/same")).status === 304);
    expect(await ask("")).toMatchObject({
      status: 404,
      detail: expect.stringMatching(
        /^Cannot GET \/probe\/: no function answers there\. probe answers .*GET \/probe\/same/,
      ),
    });
  });

  it.runIf(process.platform === "linux")(
    "of a full disk: that it is, once, as an error (Linux)",
    async () => {
      expect(statusOf(world)).not.toHaveProperty("problem");
      for (let time = 0; time < 3; time += 1) expect((await ask("/full")).status).toBe(500);
      const full = `The disk is full: what comes in is refused until there is room (data: ${made.data}).`;
      expect(statusOf(world).problem).toBe(full);
      expect(world.logs.lines("probe", 100)).toContainEqual(
        expect.objectContaining({ level: "error", message: expect.stringContaining("ENOSPC") }),
      );
    },
  );

  it("of another address than the one before: which, and why", async () => {
    const { port } = new URL(world.gatewayOrigin);
    await world.stop();
    const other = createServer().listen(Number(port), "127.0.0.1");
    await once(other, "listening");
    await rm(join(made.root, "apps/probe/src/functions/sum.ts"));
    world = await start();
    other.close();
    expect(progress).toContain(
      `the apps answer at ${world.gatewayOrigin} now: another program listens on port ${port}`,
    );
  });
});
