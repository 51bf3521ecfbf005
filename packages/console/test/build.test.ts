// The page as it is built: what it may load, and that it is built once.
import { describe, expect, it } from "vitest";
import { buildPage } from "../src/index.ts";

describe("the built page", () => {
  it("allows nothing inline, nothing from elsewhere, and no markup made of text", async () => {
    const { headers, files } = await buildPage();
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
      expect(headers["content-security-policy"]?.split("; ")).toContain(rule);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    const shell = new TextDecoder().decode(files.get("/")?.body);
    expect(shell).not.toMatch(/<style|style=|<script(?![^>]+src=)| on\w+=/);
    const named = [...shell.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(named.toSorted()).toEqual([...files.keys()].filter((path) => path !== "/").toSorted());
  });

  it("is built once, and named by its content so that browsers may keep it", async () => {
    const page = await buildPage();
    expect(await buildPage()).toBe(page);
    for (const [path, { cacheControl, body }] of page.files) {
      expect(cacheControl).toMatch(path === "/" ? /no-cache/ : /immutable/);
      expect(body.length).toBeGreaterThan(100);
    }
  });

  it("is small: less than 100 kB of script", async () => {
    const { files } = await buildPage();
    const [script] = [...files].filter(([path]) => path.endsWith(".js")).map(([, { body }]) => body.length);
    expect(script).toBeLessThan(100_000);
  });
});
