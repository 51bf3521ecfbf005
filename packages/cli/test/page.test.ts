// The page and the command together: what a person sees of a world that `up` started on the apps of this repository.
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeInChromium, visit } from "../../../tools/chromium.ts";
import { Running } from "./faasade.ts";
import { repository } from "./fixture.ts";
import { openStore, tryIt, untilConverted, untilDrawn, upload } from "./on-page.ts";
import { untilStory } from "./story.ts";

const apps = ["hello", "image-conversion"].filter((app) => existsSync(join(repository, "apps", app)));
const samples = join(repository, "apps/image-conversion/samples");
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describeInChromium("the page of a world that runs", () => {
  let data: string;
  let world: Running;
  let url: string;
  beforeAll(async () => {
    data = realpathSync(mkdtempSync(join(tmpdir(), "faasade-page-")));
    const place = { root: repository, data };
    world = new Running(place, ["up", ...apps]);
    await world.until("Ctrl-C");
    url = /Page +(\S+)/.exec(world.stdout)?.[1] ?? "";
  }, 120_000);
  afterAll(async () => {
    world.child.kill("SIGINT");
    await world.ended;
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  it("takes the token out of the address bar, and keeps it for this tab alone", async () => {
    const { origin } = new URL(url);
    await visit(url, async (page) => {
      await untilLive(page);
      expect(page.url()).toBe(`${origin}/`);
      await page.reload();
      await untilLive(page);
    });
    await visit(origin, (page) => page.getByText("npm run faasade -- status").waitFor());
  });

  it("shows every app with all its functions", () =>
    visit(url, async (page) => {
      await page.getByText("every app answers").waitFor();
      for (const app of apps) {
        const shown = await page.getByRole("region", { name: app }).locator(".card h4").allInnerTexts();
        const files = readdirSync(join(repository, "apps", app, "src/functions"));
        expect(shown.sort()).toEqual(files.map((file) => basename(file, ".ts")).sort());
      }
    }));

  describe.runIf(apps.includes("hello"))("with hello", () => {
    it("calls greet and shows its status and its greeting", () =>
      visit(url, async (page) => {
        expect(await greet(page)).toMatchObject({ greeting: "Hello, Ada!" });
      }));

    it("runs tick now, and the attempt arrives among the events with what caused it", () =>
      visit(url, async (page) => {
        const tick = await tryIt(page, "tick");
        await tick.getByRole("button", { name: "Run now" }).click();
        await untilStory(
          tick.locator(".effects"),
          /^dev\.faasade\.schedule\.due hello\n {2}hello\/tick ✓ ok attempt 1 .*$/,
        );
        const row = page.locator(".entries > li.attempt", { hasText: "↳ hello/tick" }).first();
        await row.getByRole("button").click();
        await untilStory(row, /^dev\.faasade\.schedule\.due hello\n {2}hello\/tick ✓ ok .*$/);
      }));

    it("moves the clock that functions see by an hour, and back", () =>
      visit(url, async (page) => {
        const clock = page.getByRole("region", { name: "Clock" });
        await clock.getByRole("button", { name: /^\+1 h/ }).click();
        await clock.getByText("+1 h", { exact: true }).and(clock.locator(".ahead")).waitFor();
        const { at } = await greet(page);
        expect(Math.round((Date.parse(at) - Date.now()) / 60_000)).toBe(60);
        await clock.getByRole("button", { name: "Reset" }).click();
        await clock.locator(".ahead").waitFor({ state: "detached" });
      }));
  });

  describe.runIf(apps.includes("image-conversion"))("with image-conversion", () => {
    it("takes a photograph whole, and shows every rendition as come of the upload", () =>
      visit(url, async (page) => {
        const photo = readFileSync(join(samples, "coffee.jpg"));
        const card = await tryIt(page, "make-renditions");
        await upload(card, "cup.jpg", photo);
        const story = await untilStory(
          card.locator(".effects"),
          /^put image-conversion\/photos\/cup\.jpg .*\n {2}dev\.faasade\.object\.created .* cup\.jpg\n {4}image-conversion\/make-renditions ✓ ok .*\n( {6}dev\.faasade\.object\.created .*\n)+ {6}.* manifests\/\S+\.json$/,
        );
        const [made = ""] = /\S+\.avif/.exec(story) ?? [];

        const renditions = await openStore(page, "renditions");
        await renditions.getByLabel("Key begins with").fill(made);
        await renditions.getByRole("button", { name: `Show ${made}` }).click();
        await untilDrawn(renditions.getByRole("img", { name: `The object ${made}` }));

        const photos = await openStore(page, "photos");
        const downloading = page.waitForEvent("download");
        await photos.getByRole("button", { name: "Download cup.jpg" }).click();
        expect(readFileSync(await (await downloading).path()).equals(photo)).toBe(true);
      }));

    it("gives up a picture that lies and says why; once it is mended, a replay takes it", () =>
      visit(url, async (page) => {
        const reason = "it is said to be image/jpeg, but it is image/png";
        const card = await tryIt(page, "make-renditions");
        const effects = card.locator(".effects");
        await upload(card, "lie.jpg", pixel);
        const letter = page.getByRole("region", { name: "Dead letters" }).getByRole("listitem");
        await letter.filter({ hasText: reason }).getByText("after 1 attempt").waitFor();
        await untilStory(effects, /make-renditions ✕ dead .*but it is image\/png/);

        await upload(card, "lie.jpg", readFileSync(join(samples, "chelsea.jpg")));
        await untilStory(effects, /make-renditions ✓ ok /);
        await letter.filter({ hasText: reason }).getByRole("button", { name: "Replay" }).click();
        await page.getByText("1 message will be tried again").waitFor();
        await page.getByText("None: no message was given up.").waitFor();
        const row = page.locator(".entries > li", {
          hasText: "replayed to image-conversion/make-renditions",
        });
        await row.getByRole("button").click();
        await untilStory(
          row,
          /created .* lie\.jpg\n.*✕ dead .*image\/png.*\n.*replayed to .*✕ dead .*make-renditions ✓ ok /s,
        );
      }));

    it("leads to the app's own page, which shows photos before and after, and takes another", async () => {
      const { gateway } = JSON.parse(readFileSync(join(data, "host.json"), "utf8")) as { gateway: string };
      await visit(
        url,
        async (page) => {
          const opening = page.waitForEvent("popup");
          await page.getByRole("link", { name: "Open its page" }).click();
          const gallery = await opening;
          for (const name of readdirSync(samples)) await untilConverted(gallery, name);
          await gallery.getByLabel(/Drop photos here/).setInputFiles({
            name: "sky.jpg",
            mimeType: "image/jpeg",
            buffer: readFileSync(join(samples, "rocket.jpg")),
          });
          await gallery.getByText("Uploaded.").waitFor();
          await untilConverted(gallery, /-sky\.jpg$/);

          await page.bringToFront();
          const row = page.locator(".entries > li.request", { hasText: "POST /image-conversion/photos" });
          await row.getByRole("button").click();
          await untilStory(
            row,
            /^POST .* → 201 ✓ ok .*\n {2}.* \S+-sky\.jpg\n {4}.*make-renditions ✓ ok .*\n {6}/,
          );
        },
        { origins: [new URL(url).origin, gateway] },
      );
    });

    it("has a page on which what somebody does outlasts what changes, and Remove asks first", async () => {
      const { gateway } = JSON.parse(readFileSync(join(data, "host.json"), "utf8")) as { gateway: string };
      await visit(`${gateway}/image-conversion/`, async (gallery) => {
        const [name = ""] = readdirSync(samples);
        await untilConverted(gallery, name);
        const card = gallery.getByRole("listitem").filter({ has: gallery.getByRole("heading", { name }) });
        await card.getByRole("button", { name: "Signed link" }).click();
        const link = card.getByRole("link", { name: /600 px wide/ });
        await link.waitFor();
        const remove = card.getByRole("button", { name: "Remove" });
        await remove.focus();
        const body = readFileSync(join(samples, "rocket.jpg"));
        const put = await fetch(`${gateway}/image-conversion/photos?name=new.jpg`, { method: "POST", body });
        expect(put.status).toBe(201);
        await untilConverted(gallery, /-new\.jpg$/);
        expect(await link.isVisible()).toBe(true);
        const focused = (): Promise<string> =>
          gallery.locator(":focus").first().getAttribute("aria-label").then(String);
        expect(await focused()).toBe(`Remove: ${name}`);

        await remove.press("Enter");
        await gallery.getByText(`Press once more to remove ${name}`).waitFor();
        expect(await link.isVisible()).toBe(true);
        await remove.press("Enter");
        await card.waitFor({ state: "detached" });
        expect(await focused()).toMatch(/^Remove: /);
      });
    });
  });
});

async function untilLive(page: Page): Promise<void> {
  await page.getByText("● Live").waitFor();
}

async function greet(page: Page): Promise<{ greeting: string; at: string }> {
  const card = await tryIt(page, "greet");
  await card.getByLabel("name", { exact: true }).fill("Ada");
  await card.getByRole("button", { name: "Send GET" }).click();
  await card.locator(".reply strong", { hasText: "200" }).waitFor();
  return JSON.parse(await card.getByRole("region", { name: "Reply" }).innerText());
}
