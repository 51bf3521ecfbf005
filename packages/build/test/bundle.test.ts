// What is inside an artefact: what its functions use, and nothing else.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { app, build, fn } from "./bundled-app.ts";
import { processPlatform } from "./process-platform.ts";
import { start } from "./start.ts";
import { checkoutWith, readTree, temporaryFolder } from "./workspace.ts";

const stored = {
  "apps/x/src/functions/stored.ts": `import { defineFunction, http, json, read, secret } from "@faasade/core";
import { objectStore } from "@faasade/connectors/object-store";
export default defineFunction({
  name: "stored",
  trigger: http("GET /stored", { auth: "public" }),
  uses: { pictures: read(objectStore("pictures")), key: secret("KEY", { description: "A key." }) },
  async handle(_, { key }) { return json(await key.get()); },
});`,
};

describe("a bundle", () => {
  it("has one chunk for what two functions share, loaded by neither the entry nor the third", async () => {
    const { folder } = await build(app, "app");
    const files = [...(await readTree(`${folder}/x`))];
    const holding = files.filter(([, bytes]) => bytes.includes("marker-of-shared")).map(([path]) => path);
    expect(holding.length).toBe(1);
    const { url, loaded } = await start(`${folder}/x`);
    expect(await (await fetch(`${url}/plain`)).json()).toBe(1);
    expect(loaded().some((one) => one.endsWith(`/${holding[0]}`))).toBe(false);
    expect(await (await fetch(`${url}/two`)).json()).toBe("marker-of-shared");
    await expect
      .poll(() => loaded().some((one) => one.endsWith(`/${holding[0]}`)), { timeout: 10_000 })
      .toBe(true);
  });

  it("gives a CommonJS package what it expects, and only the files that ask for it", async () => {
    const { folder } = await build(app, "app");
    const { url } = await start(`${folder}/x`);
    expect(await (await fetch(`${url}/old`)).json()).toEqual([true, "string", "string", "b"]);
    const files = [...(await readTree(`${folder}/x`))];
    const asking = files.filter(([, bytes]) => bytes.includes("createRequire")).map(([path]) => path);
    expect(asking.length).toBe(1);
    expect(files.some(([, bytes]) => /(from|import) ?"(node:)?(path|http|crypto)"/.test(`${bytes}`))).toBe(
      false,
    );
  });

  it("refuses a CommonJS module that is imported on demand: its named exports would be missing", async () => {
    const lazy = fn("lazy", 'const { here } = await import("old"); return json(here());');
    await expect(build({ ...app, "apps/x/src/functions/lazy.ts": lazy }, "app")).rejects.toThrow(
      /Cannot bundle x: node_modules\/old\/index.js is CommonJS and imported on demand/,
    );
  });

  it("opens drivers and secrets by what the platform names, for the functions that use them", async () => {
    const { folder } = await build({ ...app, ...stored }, "function");
    const holding = async (text: string): Promise<string[]> => {
      const files = [...(await readTree(folder))].filter(([, bytes]) => bytes.includes(text));
      return [...new Set(files.map(([path]) => path.split("/")[0] ?? ""))].filter(
        (name) => !name.includes("."),
      );
    };
    expect(await holding("s3:GetObject")).toEqual(["stored"]);
    expect(await holding("secrets from")).toEqual(["stored"]);
    const { url } = await start(`${folder}/stored`, {
      KEY: "the key of the test",
      PICTURES_URL: "s3://pictures?region=eu-central-1",
    });
    expect(await (await fetch(`${url}/stored`)).json()).toBe("the key of the test");
  });

  it("of one function holds nothing of the others, no driver it does not use, and no test", async () => {
    const { folder, artefacts } = await build(app, "function");
    expect(artefacts.map(({ name }) => name)).toEqual(["old", "one", "plain", "two"]);
    const text = [...(await readTree(`${folder}/plain`)).values()].join("\n");
    for (const foreign of ["marker-of-shared", "GET /one", "S3Client", "vitest"])
      expect(text).not.toContain(foreign);
    expect(artefacts.every(({ budgets }) => budgets.every(({ kept }) => kept))).toBe(true);
  });

  it("of one function makes URLs of the others, which it does not hold", async () => {
    const link = `import { defineFunction, http, json } from "@faasade/core";
export default defineFunction({
  name: "link", trigger: http("GET /link", { auth: "public" }),
  handle: (_, { urlOf }) => json(urlOf("plain", { x: 1 })),
});`;
    const files = { ...app, "apps/x/src/functions/link.ts": link };
    const root = await checkoutWith(files);
    const options = { root, app: "x", platform: processPlatform, stage: "test", unit: "function" } as const;
    for (const only of [undefined, ["link"]]) {
      const { folder } = await buildApp({ ...options, ...(only === undefined ? {} : { only }) });
      const { url } = await start(`${folder}/link`, { PUBLIC_URL: "https://x.example" });
      expect(await (await fetch(`${url}/link`)).json()).toBe("https://x.example/plain?x=1");
      expect((await fetch(`${url}/plain`)).status).toBe(404);
    }
  });

  it("carries the licences of what went in, each once", async () => {
    const { folder } = await build(app, "app");
    const licences = `${(await readTree(`${folder}/x`)).get("LICENSES.txt")}`;
    expect(licences).toContain("shared 1.2.3\n\nThe licence of shared.");
    expect(licences).toContain("old 0.1.0\n\nLicence: ISC");
  });

  it("breaks a budget, and says why, when a function imports another", async () => {
    const importing = {
      ...app,
      "apps/x/src/functions/two.ts": fn("two", "return json(one.name);", 'import one from "./one.ts";'),
    };
    for (const unit of ["app", "function"] as const) {
      const { artefacts } = await build(importing, unit);
      const broken = artefacts.flatMap(({ name, budgets }) =>
        budgets.filter(({ kept }) => !kept).map(({ because }) => [name, because]),
      );
      expect(broken).toEqual([
        [
          unit === "app" ? "x" : "two",
          [
            ...(unit === "function" ? ["apps/x/src/functions/one.ts is inside"] : []),
            "apps/x/src/functions/one.ts is loaded with two",
          ],
        ],
      ]);
    }
  });

  it("breaks a budget when it is larger than its platform takes", async () => {
    const root = await checkoutWith(app);
    const { folder } = processPlatform.packagings;
    const small = {
      ...processPlatform,
      packagings: { folder: { ...folder!, limits: { packedBytes: 1000, unpackedBytes: 1 << 30 } } },
    };
    const outFolder = await temporaryFolder();
    const { artefacts } = await buildApp({ root, app: "x", platform: small, stage: "test", outFolder });
    expect(artefacts[0]?.budgets.map(({ what, kept }) => [what, kept])).toEqual([
      ["bytes packed", false],
      ["bytes unpacked", true],
      ["modules of other functions", true],
    ]);
  });

  it("says that .js files are modules, and refuses what cannot be split", async () => {
    const root = await checkoutWith(app);
    const { folder } = processPlatform.packagings;
    const named = (file: string) => ({ ...processPlatform, packagings: { folder: { ...folder!, file } } });
    const built = await buildApp({ root, app: "x", platform: named("main.js"), stage: "test" });
    const files = await readTree(`${built.folder}/x`);
    expect(`${files.get("package.json")}`).toBe('{"type":"module"}\n');
    expect([...files.keys()].filter((path) => path.endsWith(".mjs"))).toEqual([]);
    const refused = buildApp({ root, app: "x", platform: named("main.cjs"), stage: "test" });
    await expect(refused).rejects.toThrow("Cannot bundle x: main.cjs is no ES module.");
    expect(await readTree(`${built.folder}/x`)).toEqual(files);
  });

  it("is refused with the place when something does not resolve", async () => {
    const missing = {
      ...app,
      "apps/x/src/functions/plain.ts": fn("plain", 'return json(await import("no-such-package"));'),
    };
    await expect(build(missing, "app")).rejects.toThrow(
      /Cannot bundle x: Could not resolve "no-such-package" \(apps\/x\/src\/functions\/plain.ts:4\)/,
    );
  });
});

describe("a manifest", () => {
  it("is written as YAML or JSON by its path, and named in the result", async () => {
    const { folder, manifest } = await build(app, "app");
    expect(manifest).toEqual(["deploy.yaml", "more/deploy.json"]);
    const files = await readTree(folder);
    expect(`${files.get("deploy.yaml")}`).toBe(
      "app: x\nartefacts:\n  - name: x\n    functions:\n      - old\n      - one\n      - plain\n      - two\n    path: x\n",
    );
    expect(JSON.parse(`${files.get("more/deploy.json")}`)).toEqual({ app: "x" });
  });

  it("leaves what is the operator's as the operator left it", async () => {
    const root = await checkoutWith(app);
    const content = (text: string) => () => [
      { path: "own/settings.env", content: text, keep: true } as const,
      { path: "ours.env", content: text },
    ];
    const buildWith = (text: string) =>
      buildApp({ root, app: "x", platform: { ...processPlatform, manifest: content(text) }, stage: "test" });
    const { folder } = await buildWith("#A=\n");
    await writeFile(join(folder, "own/settings.env"), "A=mine\n");
    await writeFile(join(folder, "ours.env"), "A=mine\n");
    await buildWith("#A=\n#B=\n");
    const files = await readTree(folder);
    expect(`${files.get("own/settings.env")}`).toBe("A=mine\n");
    expect(`${files.get("ours.env")}`).toBe("#A=\n#B=\n");
  });

  it.each(["../deploy.yaml", "/etc/deploy.yaml", "x/index.mjs", "build.json", "deploy.toml"])(
    "cannot go to %s",
    async (path) => {
      const root = await checkoutWith(app);
      const platform = { ...processPlatform, manifest: () => [{ path, content: {} }] };
      await expect(buildApp({ root, app: "x", platform, stage: "test" })).rejects.toThrow(
        "Cannot write the manifest's",
      );
      expect([...(await readTree(root)).keys()].filter((file) => file.includes(".faasade"))).toEqual([]);
    },
  );
});
