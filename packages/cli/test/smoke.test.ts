// Each app's story: told by its README as it stands in story.ts, and true in the local world, on empty stores.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadStory, type ToldStep } from "../src/smoke/run-story.ts";
import { apps as allApps } from "./ejected.ts";
import { faasade, Running } from "./faasade.ts";
import { repository } from "./fixture.ts";
import { askedWithin } from "./within.ts";

interface Told {
  readonly app: string;
  readonly url: string;
  readonly steps: readonly ToldStep[];
}

const root = realpathSync(mkdtempSync(join(tmpdir(), "faasade-smoke-")));
const place = { root, data: join(root, "data") };
let world: Running;
const isStrict = process.env["FAASADE_STRICT"] === "1";
/** A new app has none yet. */
const apps = allApps.filter((app) => existsSync(join(repository, "apps", app, "story.ts")));

/** Without what a new world is filled with: a stage has nothing of it. */
function copyApp(app: string): void {
  const folder = join(root, "apps", app);
  cpSync(join(repository, "apps", app), folder, {
    recursive: true,
    filter: (path) => ![".faasade", "test", "tsconfig.json"].includes(basename(path)),
  });
  const { faasade: own, ...manifest } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ ...manifest, faasade: { ...own, seed: undefined } }),
  );
}

const broken = `export default [
  { title: "one", run: async () => {} },
  { title: "two", run: async ({ objects }) => { await objects("nowhere").put("a", "b"); } },
  { title: "three", run: async () => {} },
];
`;

beforeAll(async () => {
  for (const app of apps) copyApp(app);
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  mkdirSync(join(root, "apps/odd/src/functions"), { recursive: true });
  writeFileSync(join(root, "apps/odd/package.json"), '{"name":"@faasade/app-odd","type":"module"}');
  writeFileSync(join(root, "apps/odd/story.ts"), broken);
  writeFileSync(
    join(root, "apps/odd/src/functions/tell.ts"),
    `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({ name: "tell", trigger: http("GET /tell", { auth: "public" }), handle: async () => text("it") });
`,
  );
  world = new Running(place, ["up"]);
  await world.until("Ctrl-C");
}, 180_000);
afterAll(async () => {
  world.child.kill("SIGKILL");
  await world.ended;
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

describe.each(apps)("the story of %s", (app) => {
  it("is there, and its README tells its steps in their order", async () => {
    const titles = (await loadStory(repository, app)).map(({ title }) => title);
    const page = readFileSync(join(repository, "apps", app, "README.md"), "utf8");
    const [, told = ""] = page.split(`npm run faasade -- smoke ${app}`);
    const [list = ""] = told.split("\n## ");
    expect([...list.matchAll(/^\d+\. (.+)$/gm)].map(([, title]) => title)).toEqual(titles);
    expect(titles.length).toBeGreaterThan(0);
  });

  it("is true in the local world, also when it was told before", async () => {
    // Told once more it takes as long again: when not strict, one app will do.
    for (const _ of isStrict || app === apps[0] ? ["new", "told before"] : ["new"]) {
      const { steps } = await askedWithin<Told>(place, ["smoke", app, "--json"]);
      expect(steps.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    }
  }, 300_000);
});

describe("a story that is not true", () => {
  it("ends with 1, with the reason, and leaves out what stands on it", async () => {
    const { code, stdout, stderr } = await faasade(place, ["smoke", "odd"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok +one \(.*\)\nfailed +two \(.*\)\n +.*nowhere.*\nskipped +three\n$/);
    expect(stderr).toMatch(/^odd at http:\S+\/odd: the story is not true$/m);
  });
});
