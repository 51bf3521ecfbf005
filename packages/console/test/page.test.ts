// The page shows the world as it is, and as it changes.
import { expect, it } from "vitest";
import { describeInChromium, untilLive, visit } from "./browser.ts";
import { entry, uploadStory } from "./world.ts";

describeInChromium("the page", () => {
  it("shows apps, what starts their functions, what they touch, and how much waits", () =>
    visit({}, async (page) => {
      const app = page.getByRole("region", { name: "image-conversion" });
      const card = (name: string) =>
        app.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });
      await card("make-renditions").getByText("48 invocations").waitFor();
      const renditions = await card("make-renditions").innerText();
      expect(renditions).toContain("When an object is written to photos, its key ending in .jpg or .png");
      expect(renditions).toContain("5 failures");
      expect(renditions.replaceAll(/\s+/g, " ")).toContain("3 ready · 1 delayed · 2 in flight · ✕ 1 dead");
      expect(renditions).toMatch(/reads photos.*writes renditions/s);
      expect(await card("serve-photo").innerText()).toContain("GET /photos/{key+} open to all");
      expect(await card("serve-photo").innerText()).toContain("31 invocations · 7 refusals · 0 failures");
      expect(renditions).not.toContain("refusal");
      expect(await card("write-captions").innerText()).toContain("queue captions, up to 20 at a time");
      expect(await card("resize").innerText()).toContain("Called by name");
      expect(await card("photos").innerText()).toContain("3 objects · 1.83 MB");
      expect(await card("image-conversion/captions").innerText()).toContain("2 ready");
      const schedule = await page.getByRole("region", { name: "hello" }).innerText();
      expect(schedule).toMatch(/0 9 \* \* \* in Europe\/Vienna, next .* \(in 5 hours; .* CES?T\)/);
    }));

  it("shows what an app sent by mail, and its text when it is opened", () =>
    visit({}, async (page) => {
      const app = page.getByRole("region", { name: "image-conversion" });
      await app.getByRole("heading", { name: "Ten photographs" }).waitFor();
      expect(await app.innerText()).toContain("To ops@example.org");
      await app.getByText("Read it").click();
      await app.getByText("The coast is clear.").waitFor();
      expect(await page.getByRole("region", { name: "hello" }).innerText()).not.toContain("Mails");
    }));

  it("shows an event when it happens, and announces it to those who listen", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      host.tell(
        entry({ kind: "request", id: "r9", app: "hello", title: "GET /hello/now → 200", outcome: "ok" }),
      );
      const row = page.getByRole("button", { name: /GET \/hello\/now → 200/ });
      await row.waitFor();
      expect(await row.innerText()).toContain("ok");
      await page.locator("[aria-live=polite]", { hasText: /^1 new event$/ }).waitFor({ state: "attached" });
    }));

  it("keeps a burst of events in order, newest first, none twice", () =>
    visit({ before: (host) => (host.entries = []) }, async (page, host) => {
      await untilLive(page);
      const burst = Array.from({ length: 60 }, (_, n) =>
        entry({ kind: "event", id: `b${n}`, title: `burst ${n}` }),
      );
      host.tell(...burst, ...burst.slice(0, 5));
      await page.getByText("burst 59").waitFor();
      const titles = await page.locator(".entry .title").allInnerTexts();
      expect(titles).toEqual(burst.map(({ title }) => title).toReversed());
    }));

  it("changes with the world: depth, state and failures", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      const [hello, ...rest] = host.world.apps;
      const problem = "src/functions/greet.ts:3 Unexpected token";
      host.push("world", { ...host.world, apps: [{ ...hello, state: "failed", problem }, ...rest] });
      await page.getByText(problem).waitFor();
      await page.getByText("not ready: hello").waitFor();
      const gone = "its folder apps/hello is gone";
      host.push("world", { ...host.world, apps: [{ ...hello, state: "gone", problem: gone }, ...rest] });
      await page.getByRole("alert").getByText(gone).waitFor();
      await page.getByRole("region", { name: "hello" }).getByText("✕ gone").waitFor();
    }));

  it("shows the causes and effects of an event that is opened", () =>
    visit({ before: (host) => host.entries.push(...uploadStory("lake.jpg")) }, async (page) => {
      const last = page.getByRole("button", { name: /400w\/lake\.jpg/ });
      await last.hover();
      expect(await page.locator(".entry.related").count()).toBe(5);
      await last.click();
      const chain = page.getByRole("list", { name: "Causes and effects" });
      const told = (await chain.locator("strong").allInnerTexts()).join(" > ");
      expect(told).toBe(
        "PUT photos/lake.jpg > dev.faasade.object.created > make-renditions > make-renditions > dev.faasade.object.created",
      );
      expect(await chain.locator("ul ul ul").count()).toBe(1);
      expect(await chain.locator(".current").innerText()).toContain("400w/lake.jpg");
    }));

  it("holds still while paused, and counts what is newer", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      await page.getByRole("button", { name: "Pause" }).click();
      host.tell(...uploadStory("later.jpg"));
      await page.getByRole("button", { name: "Paused, 5 newer" }).waitFor();
      expect(await page.getByText("later.jpg").count()).toBe(0);
      await page.getByRole("button", { name: /Paused/ }).click();
      await page.getByText("400w/later.jpg").waitFor();
    }));

  it("shows log lines from the level asked for", () =>
    visit({}, async (page, host) => {
      await page.getByText("greeted world").waitFor();
      await page.getByLabel("At least").selectOption("warn");
      const lines = page.getByRole("list", { name: "Log lines" });
      expect(await lines.getByText("greeted world").count()).toBe(0);
      host.push("log", { time: new Date().toISOString(), level: "error", app: "hello", message: "it broke" });
      await lines.getByText("it broke").waitFor();
    }));

  it("leads a phone to what happens and what was given up, below all the functions, and back", () =>
    visit({ viewport: { width: 390, height: 844 } }, async (page) => {
      await untilLive(page);
      const places = page.getByRole("navigation", { name: "On this page" });
      for (const [name, id] of [
        ["Events", "events"],
        ["Logs", "logs"],
        ["Dead letters 1", "dead-letters"],
        ["Apps", "apps"],
      ] as const) {
        await places.getByRole("link", { name }).click();
        const [bar, top, focused] = await page.evaluate((id) => {
          const topOf = (element: Element) => element.getBoundingClientRect().top;
          const found = document.getElementById(id) as HTMLElement;
          const bar = document.querySelector(".sections") as HTMLElement;
          return [topOf(bar), topOf(found) - bar.offsetHeight, document.activeElement === found];
        }, id);
        expect({ name, bar, focused }).toEqual({ name, bar: 0, focused: true });
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top).toBeLessThan(700);
      }
      await page.setViewportSize({ width: 1280, height: 720 });
      expect(await places.isVisible()).toBe(false);
    }));

  it("says what to do where there is nothing", () =>
    visit(
      {
        before: (host) => Object.assign(host, { world: { ...host.world, apps: [] }, entries: [], logs: [] }),
      },
      async (page) => {
        await page.getByText("npm run faasade -- new app my-app").waitFor();
        await page.getByText("Nothing has happened yet").waitFor();
        await page.getByText("What functions log appears here").waitFor();
      },
    ));
});
