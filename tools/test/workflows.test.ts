import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findActionlint, notProved } from "../not-proved.ts";
import { root } from "../workspaces.ts";

const workflows = globSync(".github/workflows/*.yml", { cwd: root });

describe("a workflow", () => {
  it("is valid for GitHub", ({ skip }) => {
    const actionlint = findActionlint();
    if (actionlint === undefined) {
      notProved("GitHub's workflows", "actionlint is missing", "run tools/ci-prepare");
      return skip("actionlint is missing");
    }
    expect(workflows).not.toEqual([]);
    execFileSync(actionlint, workflows, { cwd: root, encoding: "utf8" });
  });

  it.each(workflows)("%s asks for no more than reading, and pins each action to one version", (file) => {
    const text = readFileSync(join(root, file), "utf8");
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    // What deploys proves who it is, and may write nothing by that.
    const written = [...text.matchAll(/^ *(\S+): write$/gm)].map(([, name]) => name);
    expect(written).toEqual(file.endsWith("deploy.yml") ? ["id-token"] : []);
    expect(text).not.toMatch(/secrets\./);
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(actions.filter((action) => !/@v\d+\.\d+\.\d+$/.test(action ?? ""))).toEqual([]);
  });
});
