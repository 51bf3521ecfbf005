// The page can be used by everyone: axe finds nothing, by day, by night and on a small screen.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInChromium, untilLive, visit } from "./browser.ts";
import { drag } from "./drag.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const small = { width: 360, height: 740 };

describeInChromium("accessibility", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no fault that axe knows, everything open, in ${colorScheme} colours`, () =>
      visit({ colorScheme }, async (page, host) => {
        host.reply = () => ({ ok: true, milliseconds: 1, status: 200, headers: {}, reply: "hello" });
        await openEverything(page);
        expect(await faults(page)).toEqual([]);
      }));
  }

  it("has no fault that axe knows with files over the page, and files dropped", () =>
    visit({}, async (page) => {
      await untilLive(page);
      await drag(page, "drop", "body", ["a.png"]);
      await page.getByText("Uploaded to image-conversion").waitFor();
      await drag(page, "dragover", "body", ["b.png"]);
      await page.getByText("Drop anywhere").waitFor();
      expect(await faults(page)).toEqual([]);
    }));

  it("has no fault that axe knows without a token", () =>
    visit({ url: (host) => host.origin }, async (page) => {
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await faults(page)).toEqual([]);
    }));

  it("fits a screen of 360 pixels, everything open", () =>
    visit({ viewport: small }, async (page) => {
      await openEverything(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(small.width);
    }));

  it("moves nothing for readers who asked for less motion", () =>
    visit({ reducedMotion: "reduce" }, async (page) => {
      await page.locator(".window.lit").first().waitFor();
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    }));

  it("begins with a link past the head of the page", () =>
    visit({}, async (page) => {
      await untilLive(page);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("apps");
    }));
});

async function openEverything(page: Page): Promise<void> {
  await untilLive(page);
  await page.locator(".window.lit").first().waitFor();
  for (const summary of await page.locator("summary").all()) await summary.click();
  await page.getByLabel("name", { exact: true }).fill("Ada");
  await page.getByRole("button", { name: "Send GET" }).first().click();
  await page.locator(".reply").waitFor();
  await page.locator(".entry > button").first().click();
  await page.locator(".chain").waitFor();
}

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
}
