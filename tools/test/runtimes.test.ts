import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { notProved } from "../not-proved.ts";
import { installPart } from "../runtimes/install-part.ts";
import { folderOf, missingParts, type Part } from "../runtimes/parts.ts";

describe("the runtimes that functions are tested inside", () => {
  it("are installed for `npm run test:runtimes`, or it is told that they are not", () => {
    const missing = missingParts().map(({ name }) => name);
    if (missing.length === 0) return;
    notProved(
      "functions inside the platforms' own runtimes",
      `${missing.join(", ")} of tools/runtimes is not installed`,
      "run npm run test:runtimes, which installs for minutes",
    );
  });
});

describe("the installation of a runtime", () => {
  let cache: string;
  let folder: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "faasade-installing-"));
    folder = join(cache, "deep", "go-1");
  });

  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  it("leaves what is installed alone, and nothing beside it", async () => {
    let installations = 0;
    const part = partOf((run) => {
      installations++;
      return run(process.execPath, ["-e", "require('node:fs').writeFileSync('done', '')"]);
    });
    expect([await installPart(part, folder), await installPart(part, folder)]).toEqual([true, true]);
    expect(installations).toBe(1);
    expect([readdirSync(folder), readdirSync(join(cache, "deep"))]).toEqual([["done"], ["go-1"]]);
  });

  it("is done once when two processes want it at once", async () => {
    const log = join(cache, "log");
    const go = join(cache, "both-are-there");
    const installer = `
      import { installPart } from ${JSON.stringify(new URL("../runtimes/install-part.ts", import.meta.url))};
      const wait = "const fs = require('node:fs'); fs.appendFileSync(process.argv[1], 'in '); const timer = setInterval(() => fs.existsSync(process.argv[2]) && clearInterval(timer), 10)";
      const install = (cwd, run) => run(process.execPath, ["-e", wait, ...${JSON.stringify([log, go])}], { cwd });
      const part = { name: "go", brings: "nothing", pins: [], install };
      process.exit((await installPart(part, ${JSON.stringify(folder)})) ? 0 : 1);
    `;
    const run = () => {
      const running = promisify(execFile)(process.execPath, ["--input-type=module", "-e", installer]);
      // The one that installs goes on when the other says that it waits.
      running.child.stderr?.on("data", (text) => {
        if (String(text).includes("waiting for process")) writeFileSync(go, "");
      });
      return running;
    };
    const said = (await Promise.all([run(), run()])).map(({ stderr }) => stderr).join("");
    expect(readFileSync(log, "utf8")).toBe("in ");
    expect(said).toContain("waiting for process");
  });

  it("is there whole or not at all, says why not, and can be tried again", async () => {
    let script = "require('node:fs').writeFileSync('half', ''); console.log('no more disk'); process.exit(3)";
    const part = partOf((run) => run(process.execPath, ["-e", script]));
    expect(await installPart(part, folder)).toBe(false);
    expect(existsSync(folder)).toBe(false);
    script = "require('node:fs').writeFileSync('whole', '')";
    expect(await installPart(part, folder)).toBe(true);
    expect(readdirSync(folder)).toEqual(["whole"]);
  });

  it("is not done by a machine that lacks the program for it", async () => {
    expect(
      await installPart(
        partOf((run) => run("no-such-program", [])),
        folder,
      ),
    ).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("waits for another process only while that process lives", async () => {
    const part = partOf(async () => {});
    await installPart(part, folder);
    rmSync(folder, { recursive: true });
    const dead = { pid: 2 ** 30, token: "0" };
    writeFileSync(`${folder}.lock`, JSON.stringify(dead));
    expect(await installPart(part, folder)).toBe(true);
  });

  it("has a place of its own for each lockfile", () => {
    const [one, other] = ["package-lock.json", "python.txt"].map((pin) =>
      folderOf({ name: "npm", pins: [pin] }, cache),
    );
    expect(one).toMatch(/npm-[0-9a-f]{16}$/);
    expect(other).not.toBe(one);
  });

  type SimpleRun = (command: string, args: readonly string[]) => Promise<void>;

  function partOf(install: (run: SimpleRun) => Promise<void>): Part {
    return {
      name: "go",
      brings: "nothing",
      pins: [],
      install: (cwd, run) => install((command, args) => run(command, args, { cwd })),
    };
  }
});
