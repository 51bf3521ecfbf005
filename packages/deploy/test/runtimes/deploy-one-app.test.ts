// docs/deploy-one-app.md: its commands, run in their order against the double of AWS, print what the page says that they print.
// Needs apps/image-conversion.
import { chmod, copyFile, cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInside, installedPath } from "../../../platforms/test/runtimes/installed.ts";
import { type AwsDouble, startAwsDouble } from "./aws-double.ts";
import { command } from "./command.ts";
import { missingOf, type Section, sectionsOf } from "./page-lines.ts";
import { root as repository } from "./stages.ts";

const longest = 600_000;

describeInside("the page about one app", ["python", "awscli"], () => {
  let double: AwsDouble;
  let root: string;
  let tools: string;
  let page: ReadonlyMap<string, Section>;
  let text: string;
  let sent = "";
  beforeAll(async () => {
    text = await readFile(join(repository, "docs/deploy-one-app.md"), "utf8");
    page = sectionsOf(text);
    double = await startAwsDouble();
    root = await realpath(await mkdtemp(join(tmpdir(), "faasade-page-")));
    const app = "apps/image-conversion";
    const isSource = (path: string): boolean => !/^(\.faasade|node_modules)$/.test(basename(path));
    await cp(join(repository, app), join(root, app), { recursive: true, filter: isSource });
    await copyFile(join(repository, "package-lock.json"), join(root, "package-lock.json"));
    await symlink(join(repository, "node_modules"), join(root, "node_modules"), "junction");
    tools = await mkdtemp(join(tmpdir(), "faasade-tools-"));
    const python = installedPath("awscli", "venv", "bin", "python");
    await writeFile(join(tools, "aws"), `#!/bin/sh\nexec '${python}' -m awscli "$@"\n`);
    await chmod(join(tools, "aws"), 0o755);
  }, 180_000);
  afterAll(async () => {
    await double?.stop();
    for (const folder of [root, tools]) await rm(folder, { recursive: true, force: true });
  });

  /** @param path where tools are looked for; by default beside those of this machine. */
  async function run(args: readonly string[], path = `${tools}${delimiter}${process.env["PATH"]}`) {
    const { said, code } = await command(root, args, { ...double.environment, PATH: path });
    return { said: said.split("\n"), code };
  }

  function section(title: string): Section {
    const found = page.get(title);
    if (found === undefined) throw new Error(`The page has no section "${title}".`);
    return found;
  }

  it("has every command that one needs, there and back", () => {
    const all = [...page.values()].flatMap(({ commands }) => commands.map(([verb]) => verb));
    const verbs = [
      "eject",
      "doctor",
      "plan",
      "deploy",
      "smoke",
      "objects",
      "logs",
      "dead-letters",
      "destroy",
      "cluster",
    ];
    expect(verbs.filter((verb) => !all.includes(verb))).toEqual([]);
  });

  it(
    "says what eject prints",
    async () => {
      const { commands, printed } = section("A folder of its own");
      const words = (commands[0] ?? []).map((word) => word.replace("..", tools));
      const { said, code } = await command(repository, words, double.environment);
      expect({ code, missing: missingOf(printed[0], said.split("\n")) }).toEqual({ code: 0, missing: [] });
    },
    longest,
  );

  it(
    "says what doctor prints",
    async () => {
      const { commands, printed } = section("What is missing here");
      const { said, code } = await run(commands[0] ?? [], tools);
      expect({ code, missing: missingOf(printed[0], said) }).toEqual({ code: 0, missing: [] });
    },
    longest,
  );

  it(
    "says what plan prints",
    async () => {
      const { commands, printed } = section("What would happen");
      const { said } = await run(commands[0] ?? []);
      expect(missingOf(printed[0], said)).toEqual([]);
    },
    longest,
  );

  it(
    "says what deploy prints, and what it prints the second time",
    async () => {
      const { commands, printed } = section("There");
      const [first = []] = commands;
      const { said, code } = await run(first);
      sent = said.join("\n");
      expect({ code, missing: missingOf(printed[0], said) }).toEqual({ code: 0, missing: [] });
      const again = await run(first.filter((word) => word !== "--create-secrets"));
      expect({ code: again.code, missing: missingOf(printed[1], again.said) }).toEqual({
        code: 0,
        missing: [],
      });
    },
    longest,
  );

  it("says how much was sent", () => {
    const sizes = [...sent.matchAll(/s3 cp \S*\.zip[\s\S]*?^ {2}([\d.]+) (KiB|MiB) sent$/gm)];
    const mebibytes = sizes.reduce(
      (sum, [, size, unit]) => sum + Number(size) / (unit === "KiB" ? 1024 : 1),
      0,
    );
    const [, said = ""] = /^That was ([\d.]+) MiB in nine zips/m.exec(text) ?? [];
    expect(sizes).toHaveLength(9);
    // What is bundled grows and shrinks a little from one week to the next.
    expect(Math.abs(mebibytes / Number(said) - 1)).toBeLessThan(0.15);
  });

  it(
    "says what a stage that is used prints, but for what wants an API Gateway that answers",
    async () => {
      const { commands, printed } = section("Use it");
      const said: string[] = [];
      for (const words of commands.filter(([verb]) => verb !== "smoke")) {
        const ending = words.filter((word) => word !== "-f");
        const ran = await run(ending);
        expect({ words, code: ran.code }).toEqual({ words, code: 0 });
        said.push(...ran.said);
      }
      expect(missingOf(printed[0], said)).toEqual([]);
    },
    longest,
  );

  it(
    "says what destroy prints, with its data and without",
    async () => {
      const { commands, printed } = section("And back");
      const [words = []] = commands;
      const kept = await run([...words, "--yes"]);
      expect(missingOf(printed[0], kept.said)).toEqual([]);
      const target = ["--target", "aws-lambda"];
      const gone = await run([...words, ...target, "--delete-data", "--yes"]);
      expect({ code: gone.code, missing: missingOf(printed[1], gone.said) }).toEqual({
        code: 0,
        missing: [],
      });
    },
    longest,
  );
});
