// Files dropped anywhere on the page go to the store that starts a function, and their pictures are seen.
import type { AppState } from "@faasade/local/control-api";
import { expect, it } from "vitest";
import { describeInChromium, patience, untilLive, visit } from "./browser.ts";
import { drag } from "./drag.ts";
import type { HostDouble } from "./host.ts";
import { entry, uploadStory } from "./world.ts";

const store = "image-conversion/photos";
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const png = { bytes: pixel, contentType: "image/png" };

describeInChromium("a drop on the page", () => {
  it("says where files would go while they are over the page, politely, and no longer than that", () =>
    visit({}, async (page) => {
      await untilLive(page);
      const area = page.locator(".drop-area[role=status]");
      await drag(page, "dragenter", "body", ["a.png"]);
      await area.getByText("image-conversion · photos → make-renditions").waitFor();
      await area.getByText("file input under Try it").waitFor();
      await drag(page, "dragleave", "body", ["a.png"]);
      await expect.poll(() => area.textContent(), patience).toBe("");
      await drag(page, "dragover", "h1", ["a.png"]);
      await area.getByText("Drop anywhere").waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => area.textContent(), patience).toBe("");
    }));

  it("uploads to the only store anywhere it lands, one file after the other, and stays on the page", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      expect(await drag(page, "dragover", "footer", ["a.png"])).toEqual({ prevented: true });
      expect(await drag(page, "drop", "footer", ["a.png", "b ü.png"])).toEqual({ prevented: true });
      await page.getByText("Uploaded to image-conversion · photos → make-renditions").waitFor();
      expect(puts(host)).toEqual([`objects/${store}/a.png`, `objects/${store}/b%20%C3%BC.png`]);
      expect(host.store.objects.get(`${store}/a.png`)).toEqual({
        bytes: Buffer.from("a.png"),
        contentType: "image/png",
      });
      expect(page.url()).toMatch(new RegExp(`^${host.origin}/`));
      await page.getByRole("button", { name: "Close what was dropped" }).click();
      expect(await page.getByRole("heading", { name: "Dropped 2 files" }).count()).toBe(0);
    }));

  it("lets the reader choose among several stores, and takes nothing beside them", () =>
    visit(
      { before: (host) => (host.world = { ...host.world, apps: withScans(host) }) },
      async (page, host) => {
        await untilLive(page);
        await drag(page, "dragover", "body", ["a.png"]);
        const target = page.getByText("hello · scans/in/ → read-scan, sort-scan");
        await target.waitFor();
        expect(await drag(page, "drop", "body", ["a.png"])).toEqual({ prevented: true });
        await target.waitFor({ state: "detached" });
        await drag(page, "dragover", "body", ["a.png"]);
        await target.waitFor();
        await drag(page, "drop", "[data-drop^='hello/']", ["b.png"]);
        await page.getByText("Uploaded to hello · scans/in/").waitFor();
        expect(puts(host)).toEqual(["objects/hello/scans/in%2Fb.png"]);
      },
    ));

  it("prevents the browser's own way with files where nothing takes them, and with links", () =>
    visit({ before: (host) => (host.world = { ...host.world, apps: [] }) }, async (page, host) => {
      await page.getByText("No app is here yet").waitFor();
      expect(await drag(page, "dragover", "body", ["a.png"])).toEqual({ prevented: true });
      await page.getByText("No function here is started by a file").waitFor();
      expect(await drag(page, "drop", "body", ["a.png"])).toEqual({ prevented: true });
      expect(await drag(page, "dragover", "body", [])).toEqual({ prevented: true });
      expect(puts(host)).toEqual([]);
    }));

  it("uploads a file of the disk that the browser itself drops", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      const chromium = await page.context().newCDPSession(page);
      const data = { items: [], files: [import.meta.filename], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await chromium.send("Input.dispatchDragEvent", { type, x: 40, y: 300, data });
      }
      await page.getByText("Uploaded to image-conversion").waitFor();
      expect(puts(host)).toEqual([`objects/${store}/drop.test.ts`]);
    }));

  it("leaves file inputs their files", () =>
    visit({}, async (page, host) => {
      await page.getByText("Try it: make-renditions").click();
      await page.locator(".drop-area").waitFor({ state: "attached" });
      expect(await drag(page, "drop", "input[type=file]", ["a.png"])).toEqual({ prevented: false });
      expect(puts(host)).toEqual([]);
    }));
});

describeInChromium("what came of a drop", () => {
  it("shows the pictures that were made, named, and only those", () =>
    visit({}, async (page, host) => {
      const made = (key: string) =>
        entry({
          kind: "event",
          id: `made-${key}`,
          cause: "try-a.png",
          app: "image-conversion",
          title: "dev.faasade.object.created",
          detail: key,
        });
      host.happens = () => {
        const { objects } = host.store;
        objects.set("image-conversion/renditions/400w/a.png", png);
        objects.set("image-conversion/renditions/text.png", { ...png, contentType: "text/plain" });
        objects.set("image-conversion/renditions/both.png", png);
        objects.set(`${store}/both.png`, png);
        objects.set("image-conversion/renditions/huge.png", { ...png, bytes: Buffer.alloc(2_000_001) });
        host.tell(...uploadStory("a.png"), ...["text.png", "both.png", "huge.png", "gone.png"].map(made));
      };
      await untilLive(page);
      await drag(page, "drop", "body", ["a.png"]);
      const picture = page.getByRole("img", { name: "The object 400w/a.png" });
      await expect
        .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), patience)
        .toBe(1);
      await page.locator(".dropped .chain").getByText("gone.png").waitFor();
      await expect.poll(() => asked(host, "gone.png"), patience).toBe(2);
      await expect
        .poll(() => host.callsTo("objects/image-conversion/renditions/text.png").length, patience)
        .toBe(1);
      expect(host.callsTo("objects/image-conversion/renditions/huge.png")).toEqual([]);
      expect(await page.locator(".pictures figcaption").allInnerTexts()).toEqual(["a.png", "400w/a.png"]);
    }));

  it("lets go of the pictures when it is closed", () =>
    visit({}, async (page, host) => {
      host.happens = () => {
        host.store.objects.set("image-conversion/renditions/400w/a.png", png);
        host.tell(...uploadStory("a.png"));
      };
      await untilLive(page);
      await page.evaluate(() => {
        const revoke = URL.revokeObjectURL;
        URL.revokeObjectURL = (url) => {
          document.body.dataset["revoked"] = `${document.body.dataset["revoked"] ?? ""} ${url}`;
          revoke.call(URL, url);
        };
      });
      await drag(page, "drop", "body", ["a.png"]);
      const url = await page.getByRole("img", { name: "The object 400w/a.png" }).getAttribute("src");
      await page.getByRole("button", { name: "Close what was dropped" }).click();
      await expect.poll(() => page.evaluate(() => document.body.dataset["revoked"]), patience).toContain(url);
    }));
});

function puts(host: HostDouble): string[] {
  return host.calls.filter(({ method }) => method === "PUT").map(({ path }) => path);
}

/** In how many stores a key was looked for. */
function asked(host: HostDouble, key: string): number {
  return host.calls.filter(({ path }) => path.endsWith(`prefix=${key}`)).length;
}

/** The world's apps, in which two functions wait for the same scans. */
function withScans(host: HostDouble): AppState[] {
  const [hello, ...others] = host.world.apps;
  const [greet] = hello!.functions;
  const trigger = { kind: "object", store: "scans", change: "created", prefix: "in/" } as const;
  const functions = ["read-scan", "sort-scan"].map((name) => ({ ...greet!, name, trigger }));
  return [{ ...hello!, functions: [greet!, ...functions] }, ...others];
}
