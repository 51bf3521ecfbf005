// What the page changes in the world: objects, dead letters, clock and faults.
import { expect, it } from "vitest";
import { describeInChromium, patience, visit } from "./browser.ts";

const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>`);

describeInChromium("what the world keeps", () => {
  it("lists a store's objects, shows a picture, and downloads", () =>
    visit(
      {
        before: (host) =>
          host.store.objects.set("image-conversion/photos/in/a b.svg", {
            bytes: svg,
            contentType: "image/svg+xml",
          }),
      },
      async (page) => {
        await page.getByText("Objects in photos").click();
        await page.getByRole("button", { name: "Show in/a b.svg" }).click();
        const picture = page.getByRole("img", { name: "The object in/a b.svg" });
        await expect
          .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), patience)
          .toBe(30);
        const downloading = page.waitForEvent("download");
        await page.getByRole("button", { name: "Download in/a b.svg" }).click();
        expect((await downloading).suggestedFilename()).toBe("a b.svg");
      },
    ));

  it("deletes an object when asked twice, never at the first press", () =>
    visit(
      {
        before: (host) =>
          host.store.objects.set("image-conversion/photos/a.jpg", { bytes: svg, contentType: "image/jpeg" }),
      },
      async (page, host) => {
        await page.getByText("Objects in photos").click();
        await page.getByRole("button", { name: "Delete a.jpg" }).click();
        const sure = page.getByRole("button", { name: "Really delete? a.jpg" });
        await sure.waitFor();
        expect(host.store.objects.size).toBe(1);
        await sure.click();
        await page.getByText("No object here").waitFor();
        expect(host.store.objects.size).toBe(0);
      },
    ));

  it("lists a store again when its content changes", () =>
    visit({}, async (page, host) => {
      await page.getByText("Objects in photos").click();
      await page.getByText("No object here").waitFor();
      host.store.objects.set("image-conversion/photos/new.jpg", { bytes: svg, contentType: "image/jpeg" });
      const apps = host.world.apps.map((app) => ({
        ...app,
        stores: app.stores.map((store) => ({ ...store, objects: store.objects + 1 })),
      }));
      host.push("world", { ...host.world, apps });
      await page.locator(".key", { hasText: "new.jpg" }).waitFor();
    }));

  it("shows a dead letter with its reason and message, and replays that one", () =>
    visit({}, async (page, host) => {
      const [first] = host.deadLetters;
      host.deadLetters = [first!, { ...first!, id: "other", reason: "the other" }];
      const letters = page.getByRole("region", { name: "Dead letters" });
      await page.reload();
      await letters.getByText("ends in the middle of a chunk").waitFor();
      await letters.getByText("Message event-broken.png").click();
      await letters.getByText(`"key": "broken.png"`).waitFor();
      await letters.getByRole("button", { name: "Replay event-broken.png" }).click();
      await letters.getByText("1 message will be tried again").waitFor();
      expect(JSON.parse(host.callsTo("dead-letters/replay")[0]?.body ?? "")).toEqual({
        queue: "image-conversion/make-renditions",
        ids: ["event-broken.png"],
      });
      await letters.getByText("the other").waitFor();
      expect(await letters.getByText("ends in the middle of a chunk").count()).toBe(0);
    }));

  it("replays every dead letter", () =>
    visit({}, async (page, host) => {
      await page.getByRole("button", { name: "Replay all" }).click();
      await page.getByText("None: no message was given up.").waitFor();
      expect(JSON.parse(host.callsTo("dead-letters/replay")[0]?.body ?? "")).toEqual({});
    }));

  it("discards one dead letter, or all, when asked twice, never at the first press", () =>
    visit({}, async (page, host) => {
      const [first] = host.deadLetters;
      host.deadLetters = ["one", "two", "three"].map((id) => ({ ...first!, id, reason: `the ${id}` }));
      const letters = page.getByRole("region", { name: "Dead letters" });
      const discarded = () => host.callsTo("dead-letters/discard").map(({ body }) => JSON.parse(body));
      await page.reload();
      await letters.getByRole("button", { name: "Discard two" }).click();
      const sure = letters.getByRole("button", { name: "Really discard? two" });
      await sure.waitFor();
      expect(discarded()).toEqual([]);
      await sure.click();
      await letters.getByText("1 message discarded for good").waitFor();
      await expect.poll(() => letters.getByText("the two").count(), patience).toBe(0);
      await letters.getByText("the three").waitFor();
      await letters.getByRole("button", { name: "Discard all" }).click();
      await letters.getByRole("button", { name: "Really discard all?" }).click();
      await letters.getByText("2 messages discarded for good").waitFor();
      await letters.getByText("None: no message was given up.").waitFor();
      const queue = "image-conversion/make-renditions";
      expect(discarded()).toEqual([{ queue, ids: ["two"], by: "the page" }, { by: "the page" }]);
    }));

  it("moves the clock ahead and back", () =>
    visit({}, async (page, host) => {
      await page.getByRole("button", { name: /^\+1 day/ }).click();
      await page.getByText("+1 d", { exact: true }).waitFor();
      await page.getByRole("button", { name: /^\+1 h/ }).click();
      await page.getByText("+1 d 1 h", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Reset the clock" }).click();
      await expect.poll(() => page.locator(".ahead").count(), patience).toBe(0);
      const asked = host.callsTo("clock").map(({ body }) => JSON.parse(body));
      expect(asked).toEqual([{ advanceSeconds: 86_400 }, { advanceSeconds: 3600 }, { reset: true }]);
    }));

  it("injects faults, says so, and stops", () =>
    visit({}, async (page, host) => {
      await page.getByText("Inject faults").click();
      await page.getByLabel("Duplicates, %").fill("20");
      await page.getByLabel("Crashes, %").fill("5");
      await page.getByRole("button", { name: "Apply" }).click();
      await page.getByText("20 % of deliveries doubled, 5 % crash").waitFor();
      expect(host.world.chaos).toEqual({ duplicate: 0.2, delaySeconds: 0, crash: 0.05 });
      await page.getByRole("button", { name: "None" }).click();
      await page.getByText("None injected").waitFor();
      expect(host.world.chaos).toEqual({ duplicate: 0, delaySeconds: 0, crash: 0 });
    }));

  it("shows the host's own words when it refuses", () =>
    visit({ expectedErrors: /Failed to load resource/ }, async (page, host) => {
      host.store.objects.set("image-conversion/photos/a.jpg", { bytes: svg, contentType: "image/jpeg" });
      await page.getByText("Objects in photos").click();
      await page.locator(".key", { hasText: "a.jpg" }).waitFor();
      host.store.objects.clear();
      await page.getByRole("button", { name: "Download a.jpg" }).click();
      await page.getByText("Cannot read image-conversion/photos/a.jpg: it is not there.").waitFor();
    }));
});
