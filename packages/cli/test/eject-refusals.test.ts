import { existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apps } from "./ejected.ts";
import { faasade } from "./faasade.ts";
import { type Fixture, makeFixture, repository } from "./fixture.ts";
import { within } from "./within.ts";

describe("eject", () => {
  let place: Fixture;
  beforeAll(() => {
    place = makeFixture();
    writeFileSync(join(place.root, "package.json"), JSON.stringify({ workspaces: ["apps/*"] }));
    writeFileSync(join(place.root, "package-lock.json"), JSON.stringify({ packages: {} }));
  });
  afterAll(() => place.dispose());

  it("refuses what is not there or in the way, says why, and leaves nothing behind", async () => {
    const outside = makeFixture();
    try {
      const full = outside.root;
      const fresh = join(full, "fresh");
      const link = join(full, "link");
      symlinkSync(place.root, link, "junction");
      const file = join(full, "file");
      writeFileSync(file, "kept");
      const before = readdirSync(full).sort();
      const rows: [args: string[], code: number, says: string][] = [
        [["nowhere", fresh], 3, `Cannot eject nowhere: there is no such app in ${join(place.root, "apps")}`],
        [["shop", fresh], 3, "there is no packages/cli and no packages/connectors in"],
        [["../apps/shop", fresh], 3, "there is no such app"],
        [["shop", full], 3, "it is not empty (apps, file, link, …). Choose a new folder"],
        [["shop", file], 3, "it is a file"],
        [["shop", join(file, "below")], 3, "a folder on its path is a file"],
        [["shop", place.root], 3, "it lies in the checkout"],
        [["shop", join(place.root, "out", "deeper")], 3, "Choose a folder outside, such as ../deeper"],
        [["shop", join(link, "out")], 3, "it lies in the checkout"],
        [["shop"], 2, "missing required argument 'folder'"],
        [["shop", fresh, "--jsno"], 2, "Did you mean --json?"],
      ];
      for (const [args, code, says] of rows) {
        const ended = await within(place, ["eject", ...args]);
        expect(ended.stderr, args.join(" ")).toContain(says);
        expect(ended, args.join(" ")).toMatchObject({ code, stdout: "" });
      }
      expect(readdirSync(full).sort()).toEqual(before);
      expect(existsSync(join(place.root, "out"))).toBe(false);
    } finally {
      outside.dispose();
    }
  });
});

describe.runIf(apps.length > 0)("eject, when npm fails,", () => {
  it("says what npm said, and leaves nothing behind", async () => {
    const place = makeFixture();
    const [app = ""] = apps;
    const target = join(place.root, "new", "folder");
    const env = { npm_execpath: join(place.root, "npm-cli.js") };
    const ended = await faasade({ root: repository, data: place.data }, ["eject", app, target], { env });
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/Cannot prune package-lock\.json: .* did not succeed\. .*npm-cli\.js/s);
    expect(readdirSync(join(place.root, "new"))).toEqual([]);
    place.dispose();
  }, 120_000);
});
