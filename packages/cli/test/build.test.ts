// Needs apps/hello.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "@faasade/build";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked, faasade } from "./faasade.ts";
import { type Fixture, makeFixture, repository } from "./fixture.ts";

let place: Fixture;
let out: string;
const checkout = () => ({ root: repository, data: place.data });
beforeAll(async () => {
  place = makeFixture();
  out = await mkdtemp(join(tmpdir(), "faasade-build-"));
});
afterAll(async () => {
  place.dispose();
  await rm(out, { recursive: true });
});

describe("build", () => {
  it("writes artefacts and a manifest, and says what they are", async () => {
    const told = await faasade(checkout(), ["build", "hello", "--target", "aws-lambda", "--out", out]);
    expect(told.code).toBe(0);
    for (const words of ["greet.zip", "budgets kept", "template.yaml", "Next"])
      expect(told.stdout).toContain(words);
    expect(told.stderr).toContain("built hello for AWS Lambda");
    const template = await readFile(join(out, "hello/aws-lambda/template.yaml"), "utf8");
    expect(template).toContain("AWS::Serverless::Function");
  });

  it("tells machines the same in one line", async () => {
    const args = ["build", "hello", "-t", "aws-lambda", "--unit", "app", "--stage", "test", "--out", out];
    const [built] = await asked<BuildResult[]>(checkout(), [...args, "--json"]);
    expect(built).toMatchObject({ app: "hello", stage: "test", unit: "app", platform: "aws-lambda" });
    expect(built?.artefacts.map(({ path }) => path)).toEqual(["hello.zip"]);
  });

  it("refuses with 3 what cannot run there, with function, platform, reason and way out", async () => {
    const shop = ["build", "shop", "-t", "aws-lambda", "--driver"];
    const { code, stdout, stderr } = await faasade(place, [...shop, "queue=tape"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(
      /Cannot build shop\/take-order for AWS Lambda: there is no driver "tape" .* There are: .*sql/,
    );
    const sql = await faasade(place, [...shop, "queue=sql"]);
    expect(sql.code).toBe(3);
    expect(sql.stderr).toMatch(
      /Cannot build shop\/\S+ for AWS Lambda: .*\. Deploy it to a platform with a process that stays/,
    );
  });
});
