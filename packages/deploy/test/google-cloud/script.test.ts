import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseScript } from "../../src/google-cloud/script.ts";

let parent: string;
beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), "faasade-script-")));
});
afterEach(() => rmSync(parent, { recursive: true }));

it.each(["a b", "$(exit 9)", "`exit 9`", "$'it's", "$&"])(
  "runs in the folder of the build, whatever it is called: %s",
  (name) => {
    const folder = join(parent, name);
    mkdirSync(folder);
    const built = 'set -eu\ncd "$(dirname "$0")"\n\n# Google\'s services that are used.\n';
    const { preamble } = parseScript(built, folder);
    const { status, stdout } = spawnSync("sh", ["-s"], { input: `${preamble}\npwd\n`, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${folder}\n` });
  },
);
