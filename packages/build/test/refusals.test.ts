// What cannot be built is refused before any work, with function, platform, reason and way out.
// Needs apps/hello and apps/image-conversion.
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import type { BuildOptions } from "../src/result.ts";
import { processPlatform, root } from "./process-platform.ts";
import { checkoutWith, temporaryFolder } from "./workspace.ts";

const { triggers, packagings } = processPlatform;
const unsupported = { how: "unsupported", why: "there is no clock", instead: "Use http" } as const;

/** What a build says, having written nothing. */
async function refusal(options: Partial<BuildOptions>): Promise<string> {
  const outFolder = await temporaryFolder();
  const lines: string[] = [];
  const report = (line: string): void => void lines.push(line);
  const all = { root, app: "hello", platform: processPlatform, stage: "test", outFolder, report, ...options };
  const said = await buildApp(all).then(
    () => "built",
    (error: Error) => error.message,
  );
  expect(await readdir(outFolder)).toEqual([]);
  expect(lines).toEqual([]);
  return said;
}

describe("a build refuses", () => {
  it("a trigger that the platform does not have", async () => {
    const platform = { ...processPlatform, triggers: { ...triggers, schedule: unsupported } };
    expect(await refusal({ platform })).toBe(
      "Cannot build hello/tick for Processes: there is no clock. Use http.",
    );
  });

  it("an auth that the platform does not enforce", async () => {
    const platform = {
      ...processPlatform,
      triggers: { ...triggers, http: { ...triggers.http, auth: ["jwt"] as const } },
    };
    expect(await refusal({ platform })).toContain(
      'hello/greet for Processes: GET /{name} asks for auth "public", which is not there. Use one of jwt',
    );
  });

  it("a store whose driver starts nothing there", async () => {
    const said = await refusal({ app: "image-conversion", drivers: { photos: "file" } });
    expect(said).toContain(
      'image-conversion/make-renditions for Processes: it is started by photos, which has the driver "file"',
    );
    expect(said).toContain("Choose a driver for photos that does (s3)");
  });

  it("a resource without a driver, and a driver that is not there", async () => {
    const { "object-store": _, ...drivers } = processPlatform.drivers;
    expect(await refusal({ app: "image-conversion", platform: { ...processPlatform, drivers } })).toMatch(
      /image-conversion\/show-gallery\S* .*for Processes: there is no driver for the object-store renditions there/,
    );
    expect(await refusal({ drivers: { photo: "s3" } })).toContain(
      'Cannot build hello with photo: "s3": no function uses photo.',
    );
  });

  it("once, with every function that it hinders", async () => {
    const said = await refusal({ app: "image-conversion", drivers: { renditions: "tape" } });
    const lines = said.split("\n").filter((line) => line.includes('"tape"'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^Cannot build (image-conversion\/\S+, ){2,}.* for Processes: there is no driver "tape" for the object-store renditions\. There are: .*file/,
      ),
    ]);
    expect(lines[0]).toContain("image-conversion/show-gallery");
    expect(lines[0]).toContain("image-conversion/make-renditions");
  });

  it("an app, platform, packaging, unit, stage or base that is not there", async () => {
    expect(await refusal({ app: "nothing" })).toMatch(/Cannot build nothing: there is no such app .*hello/);
    expect(await refusal({ app: "../apps/hello" })).toContain("becomes a label");
    expect(await refusal({ stage: "Prod!" })).toContain("becomes a label");
    expect(await refusal({ platform: "toString" })).toMatch(/no such platform. There are: aws-lambda/);
    expect(await refusal({ packaging: "floppy" })).toContain("There are: folder, zip, image, web.");
    const one = {
      ...processPlatform,
      packagings: { ...packagings, folder: { ...packagings["folder"]!, units: ["app"] as const } },
    };
    expect(await refusal({ platform: one, unit: "function" })).toContain("are packed per app");
    expect(await refusal({ base: "alpine" })).toContain("makes no image");
    expect(await refusal({ packaging: "image", base: "./no-such" })).toContain(
      "there is no such folder or archive",
    );
  });

  it("a function file that does not load, with the file and the reason", async () => {
    const file = (name: string) => `import { defineFunction, schedule } from "@faasade/core";
export default defineFunction({ name: "${name}", trigger: schedule("* * * * *"), async handle() {} });`;
    const wrong = await checkoutWith({ "apps/x/src/functions/one.ts": file("two") });
    expect(await refusal({ root: wrong, app: "x" })).toContain(
      'apps/x/src/functions/one.ts does not load. It defines "two". Write: export default defineFunction({ name: "one", … }).',
    );
    const broken = await checkoutWith({ "apps/x/src/functions/one.ts": "throw new Error('no luck');" });
    expect(await refusal({ root: broken, app: "x" })).toContain("no luck");
    const ends = await checkoutWith({ "apps/x/src/functions/one.ts": "process.exit(3);" });
    expect(await refusal({ root: ends, app: "x" })).toContain("its functions do not load");
  });

  it("nothing of an app whose packaging serves only some, but says what is left out", async () => {
    const lines: string[] = [];
    const outFolder = await temporaryFolder();
    const { artefacts, leftOut } = await buildApp({
      root,
      app: "hello",
      platform: processPlatform,
      packaging: "web",
      stage: "test",
      outFolder,
      report: (line) => lines.push(line),
    });
    expect(artefacts.map(({ functions }) => functions)).toEqual([["greet"]]);
    expect(leftOut).toEqual(["tick"]);
    expect(lines[0]).toBe("tick: not served by the packaging web, left out");
  });
});
