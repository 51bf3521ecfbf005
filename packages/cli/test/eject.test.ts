import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describeApp } from "@faasade/build/describe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notProved } from "../../../tools/not-proved.ts";
import { apps, type EjectedApp, ejectApp, expectAnswers, expectPlanned } from "./ejected.ts";
import { repository } from "./fixture.ts";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: true;
}

interface Connectors {
  readonly exports: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
}

const lockedIn = (folder: string): Record<string, Locked> =>
  JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
const isStrict = process.env["FAASADE_STRICT"] === "1";
/** Its texts are those of new apps, and what they import is there. */
const writesCode = "packages/cli/src/new/";
/** The lightest that is here. */
const first = apps.includes("hello") ? "hello" : apps[0];
/** For a day's work two are enough, and none of them is installed: that takes long, and is for `.ci/run`. */
const ejected = isStrict ? apps : apps.filter((app) => app === first || app === apps.at(-1));
const proved = isStrict ? apps : [];
/** The packages' own types and style are much the same in each: there they are proved of the first, which has fewest. */
const testsOf = (app: string): string[] => (isStrict && app === first ? ["test"] : ["test", "--", app]);

describe.each(ejected)("%s, ejected,", (app) => {
  let place: EjectedApp;
  let files: string[];
  beforeAll(async () => {
    place = await ejectApp(app);
    files = place.files();
  }, 120_000);
  afterAll(() => place.dispose(), 120_000);

  it("has every file of the app, the packages it stands on without their tests, and what the root needs", () => {
    expect(readdirSync(join(place.folder, "apps"))).toEqual([app]);
    expect(readdirSync(join(place.folder, "packages")).sort()).toEqual(place.told.packages);
    expect(place.told.files).toBe(files.length);
    expect(files).toEqual(
      expect.arrayContaining([
        ...[".editorconfig", ".gitattributes", ".gitignore", "LICENSE", "README.md", "biome.json"],
        ...["package.json", "package-lock.json", "tsconfig.base.json", "turbo.json", "vitest.config.ts"],
        ...["tools/ensure-install.cjs", "tools/test.ts", "tools/lint/ambient-time.grit"],
        ...[`apps/${app}/package.json`, "packages/cli/src/main.ts", "packages/connectors/src/sql/pglite.ts"],
      ]),
    );
    expect(files.filter((file) => /^packages\/[^/]+\/test\//.test(file))).toEqual([]);
    expect(files.filter((file) => /\/conformance(\/|\.ts$)/.test(file))).toEqual([]);
    expect(files.filter((file) => /^(bench|\.github|\.ci|tools\/test)\//.test(file))).toEqual([]);
  });

  it("names no other app", () => {
    const others = apps.filter((other) => other !== app);
    const names = others.flatMap((other) => [
      ...(other.includes("-") ? [other] : [`apps/${other}`, `app-${other}`, `-- ${other}`]),
      ...functionsOf(other).map((name) => `${other}/${name}`),
    ]);
    // What a platform has proved of the apps it was tried with stays its record.
    const isRecord = (file: string): boolean => /^packages\/platforms\/src\/[^/]+\/proofs\.ts$/.test(file);
    const naming = files.filter(
      (file) => /\.(ts|tsx|cjs|js|json|md|ya?ml|html|css)$/.test(file) && !isRecord(file),
    );
    const found = naming.flatMap((file) => {
      const text = place.read(file);
      return names.filter((name) => text.includes(name)).map((name) => `${file} names ${name}`);
    });
    expect(found).toEqual([]);
  });

  it("has no import, export or link of its pages that leads nowhere", () => {
    const all = new Set(files);
    const isThere = (path: string) => all.has(path) || files.some((file) => file.startsWith(`${path}/`));
    const imports = /(?:from|import|require)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;
    const lost = files
      .filter((file) => /\.(ts|tsx|cjs|md)$/.test(file) && !file.startsWith(writesCode))
      .flatMap((file) => {
        const pattern = file.endsWith(".md") ? /\]\((\.{0,2}\/?[\w./-]+)(?:#[^)]*)?\)/g : imports;
        return [...place.read(file).matchAll(pattern)]
          .map(([, target = ""]) => posix.join(posix.dirname(file), target).replace(/\/$/, ""))
          .filter((path) => !isThere(path) && !/\$\{/.test(path))
          .map((path) => `${file} leads to ${path}`);
      });
    expect(lost).toEqual([]);
    const { exports } = JSON.parse(place.read("packages/connectors/package.json"));
    for (const path of Object.values<string>(exports))
      expect(files).toContain(posix.join("packages/connectors", path));
  });

  it("has every driver of the kinds its functions use, and none that nothing names", async () => {
    const [here, there] = [repository, place.folder].map(
      (root) =>
        JSON.parse(readFileSync(join(root, "packages/connectors/package.json"), "utf8")) as Connectors,
    ) as [Connectors, Connectors];
    const functions = await describeApp(repository, app);
    const kinds = new Set(functions.flatMap(({ description }) => description.grants.map(({ kind }) => kind)));
    const used = Object.keys(here.exports).filter(
      (path) => kinds.has(path.split("/")[1] ?? "") && !path.includes("/conformance"),
    );
    expect(Object.keys(there.exports)).toEqual(expect.arrayContaining(used));
    const gone = Object.keys(here.exports).filter((path) => !(path in there.exports));
    expect(gone.filter((path) => !path.includes("/conformance"))).toEqual(
      place.told.leftOut.map((path) => `./${path}`),
    );
    for (const path of gone)
      expect(files).not.toContain(posix.join("packages/connectors", here.exports[path] ?? ""));
    const code = files
      .filter((file) => file.startsWith("packages/connectors/src/") && file.endsWith(".ts"))
      .map(place.read);
    const idle = Object.keys(there.peerDependencies).filter(
      (name) => !code.some((text) => text.includes(`"${name}`)),
    );
    expect(idle).toEqual([]);
    expect(Object.keys(there.peerDependenciesMeta)).toEqual(Object.keys(there.peerDependencies));
  }, 60_000);

  it("locks versions and hashes that are locked here, fewer of them, and for every kind of machine", async () => {
    const [there, here] = [lockedIn(place.folder), lockedIn(repository)];
    const installed = Object.keys(there).filter(
      (path) => path.includes("node_modules/") && !there[path]?.link,
    );
    const kept = (of: Record<string, Locked>) =>
      installed.map((path) => [path, of[path]?.version, of[path]?.integrity]);
    expect(kept(there)).toEqual(kept(here));
    expect(installed.every((path) => there[path]?.integrity?.startsWith("sha512-"))).toBe(true);
    expect(Object.keys(there).length).toBeLessThan(Object.keys(here).length);
    expect(there).not.toHaveProperty("node_modules/fauxqs");
    const ask =
      'import { lockProblems } from "./tools/lock-check.ts"; console.log(lockProblems().join("\\n"));';
    expect((await place.run(process.execPath, ["--input-type=module", "-e", ask])).output.trim()).toBe("");
    // npm takes its time; when strict, all are installed below.
    if (isStrict || app !== first) return;
    const dry = await place.run("npm", ["ci", "--dry-run", "--offline", "--no-audit", "--no-fund"]);
    expect(dry.code, dry.output).toBe(0);
  }, 120_000);

  it.runIf(proved.includes(app))(
    "installs with npm ci, is green with npm test, and answers on its page after npm start",
    async () => {
      const install = await place.run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"]);
      if (
        install.code !== 0 &&
        /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|ENOTCACHED)\b/.test(install.output)
      ) {
        notProved(
          `npm ci of ${app}, ejected`,
          "the registry was not reached",
          "run this with a network once",
        );
        return;
      }
      expect(install.code, install.output).toBe(0);
      const test = await place.run("npm", testsOf(app));
      expect(test.output).not.toContain("npm ci"); // What is installed is not installed once more.
      expect(test.output).toMatch(/\n[1-9]\d* passed, 0 failed, \d+ skipped\n/);
      expect(test.code, test.output).toBe(0);
      await expectAnswers(place);
      await expectPlanned(place);
    },
    1_800_000,
  );
});

function functionsOf(app: string): string[] {
  const folder = join(repository, "apps", app, "src", "functions");
  return existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.ts$/, "")) : [];
}
