// What a cold start reads: one file, and in it no more than a first reply may need.
import { describe, expect, it } from "vitest";
import { app, build, fn } from "./bundled-app.ts";
import { start } from "./start.ts";
import { readTree } from "./workspace.ts";

describe("the entry", () => {
  it.each([
    ["function", "plain", 1],
    ["app", "x", 2],
  ] as const)(
    "of one %s starts with one file, and answers with no more than it needs",
    async (unit, name, files) => {
      const { folder } = await build(app, unit);
      const { url, loaded } = await start(`${folder}/${name}`);
      await expect.poll(() => new Set(loaded()).size, { timeout: 10_000 }).toBe(1);
      expect(await (await fetch(`${url}/plain`)).json()).toBe(1);
      // What the process says of its loading may come after its reply.
      await expect.poll(() => new Set(loaded()).size, { timeout: 10_000 }).toBe(files);
    },
  );

  it("has no file for what functions share of Node, and is without checks that were made before", async () => {
    const path = 'import { basename } from "node:path";';
    const { folder } = await build(
      {
        "apps/x/src/functions/one.ts": fn("one", 'return json(basename("a/one"));', path),
        "apps/x/src/functions/two.ts": fn("two", 'return json(basename("a/two"));', path),
      },
      "app",
    );
    const { url, loaded } = await start(`${folder}/x`);
    expect(await (await fetch(`${url}/two`)).json()).toBe("two");
    await expect.poll(() => new Set(loaded()).size, { timeout: 10_000 }).toBe(2);
    const text = [...(await readTree(`${folder}/x`)).values()].map(String).join("");
    expect(["Cannot invoke", "Cannot define"].map((message) => text.includes(message))).toEqual([
      true,
      false,
    ]);
  });

  it("reads no route, makes no pattern that nobody uses, and exports nothing that no file imports", async () => {
    const pattern = "export const unused = /\\p{Emoji}/u; export const used = 'used';";
    const functions = {
      "node_modules/patterns/package.json":
        '{"name":"patterns","version":"1.0.0","sideEffects":false,"main":"index.mjs"}',
      "node_modules/patterns/index.mjs": pattern,
      "apps/x/src/functions/one.ts": fn("one", "return json(used);", 'import { used } from "patterns";'),
      "apps/x/src/functions/two.ts": fn("two", "return json(2);"),
    };
    const { folder } = await build(functions, "app");
    const files = new Map([...(await readTree(`${folder}/x`))].map(([path, bytes]) => [path, String(bytes)]));
    const entry = files.get("index.mjs") ?? "";
    const rest = [...files].flatMap(([path, text]) => (path === "index.mjs" ? [] : [text])).join("\n");
    expect(entry).not.toContain("Cannot read the route");
    expect(entry + rest).not.toContain("Emoji");
    const exported = entry.match(/\bm\d+_[\w$]+/g) ?? [];
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((name) => !rest.includes(name))).toEqual([]);
    const { url } = await start(`${folder}/x`);
    expect(await (await fetch(`${url}/one`)).json()).toBe("used");
  });
});
