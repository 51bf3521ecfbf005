// Every "try it" asks the host for the right thing and shows what came of it.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInChromium, patience, untilLive, visit } from "./browser.ts";
import { entry, uploadStory } from "./world.ts";

const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describeInChromium("try it", () => {
  it("sends an http request with parameters, query, headers and shows status and JSON", () =>
    visit({}, async (page, host) => {
      host.reply = () => ({
        ok: true,
        milliseconds: 2,
        status: 201,
        headers: { "content-type": "application/json" },
        reply: `{"hello":"A/B"}`,
      });
      await open(page, "greet");
      await page.getByLabel("name", { exact: true }).fill("A/B ü");
      await page.getByLabel(/^Query/).fill("?x=1");
      await page.getByText("Headers").click();
      await page.getByLabel(/One on a line/).fill("Accept-Language: de\n");
      await page.getByRole("button", { name: "Send GET" }).click();
      await page.getByText("201").waitFor();
      expect(await page.getByRole("region", { name: "Reply" }).innerText()).toBe(`{\n  "hello": "A/B"\n}`);
      expect(invoked(host.callsTo("invoke"))).toEqual({
        function: "hello/greet",
        request: {
          method: "GET",
          path: "/hello/A%2FB%20%C3%BC?x=1",
          headers: { "accept-language": "de" },
        },
      });
    }));

  it("keeps the slashes of a rest parameter, chooses among routes, and shows a picture", () =>
    visit({}, async (page, host) => {
      host.reply = () => ({
        ok: true,
        milliseconds: 2,
        status: 200,
        headers: { "content-type": "image/png" },
        reply: pixel,
        encoding: "base64",
      });
      await open(page, "serve-photo");
      await page.getByLabel(/^key/).fill("a b/c.png");
      await page.getByRole("button", { name: "Send GET" }).click();
      const picture = page.getByRole("img", { name: "Reply" });
      await expect
        .poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), patience)
        .toBe(1);
      expect(invoked(host.callsTo("invoke"))).toMatchObject({ request: { path: "/photos/a%20b/c.png" } });

      await page.getByLabel("Route").selectOption("POST /photos");
      await page.getByLabel("Body").fill(`{"a":1}`);
      await page.getByRole("button", { name: "Send POST" }).click();
      await expect.poll(() => host.callsTo("invoke").length, patience).toBe(2);
      const { request } = invoked(host.callsTo("invoke")) as { request: unknown };
      expect(request).toEqual({
        method: "POST",
        path: "/photos",
        headers: { "content-type": "application/json" },
        body: `{"a":1}`,
      });
    }));

  it("runs a schedule now, and shows what came of it", () =>
    visit({}, async (page, host) => {
      host.happens = (id) => host.tell(entry({ kind: "attempt", id, title: "ran say-alive", outcome: "ok" }));
      await open(page, "say-alive");
      await page.getByRole("button", { name: "Run now" }).click();
      await page.locator(".effects").getByText("ran say-alive").waitFor();
      expect(invoked(host.callsTo("run"))).toEqual({ function: "hello/say-alive" });
    }));

  it("uploads files into the trigger's store under the keys given, and shows the events they cause", () =>
    visit({}, async (page, host) => {
      host.happens = () => host.tell(...uploadStory("in/../new ü.jpg"));
      await open(page, "make-renditions");
      await page.getByLabel(/Choose files/).setInputFiles({
        name: "new.jpg",
        mimeType: "image/jpeg",
        buffer: Buffer.from("jpeg"),
      });
      await page.getByLabel("Key of new.jpg").fill("in/../new ü.jpg");
      await page.getByRole("button", { name: "Upload" }).click();
      await page.locator(".effects").getByText("make-renditions").first().waitFor();
      expect(await page.locator(".effects").innerText()).toMatch(/PUT photos\/in.*retry.*ok.*400w/s);
      const stored = host.store.objects.get("image-conversion/photos/in/../new ü.jpg");
      expect(stored).toEqual({ bytes: Buffer.from("jpeg"), contentType: "image/jpeg" });
    }));

  it("sends a message as JSON to the trigger's queue, and refuses what is not JSON", () =>
    visit({}, async (page, host) => {
      host.happens = (id) => host.tell(entry({ kind: "event", id, title: "caption arrived" }));
      await open(page, "write-captions");
      await page.getByLabel("Message, as JSON").fill("{");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("alert").getByText("Cannot read the text as JSON").waitFor();
      expect(host.callsTo("send")).toEqual([]);
      await page.getByLabel("Message, as JSON").fill(`{"text":"Sea"}`);
      await page.getByRole("button", { name: "Send" }).click();
      await page.locator(".effects").getByText("caption arrived").waitFor();
      expect(invoked(host.callsTo("send"))).toEqual({
        queue: "image-conversion/captions",
        data: { text: "Sea" },
      });
    }));

  it("calls a function by name and shows its output or its error", () =>
    visit({}, async (page, host) => {
      host.reply = () => ({ ok: true, milliseconds: 3, reply: { width: 400 } });
      await open(page, "resize");
      await page.getByLabel("Input, as JSON").fill("[4]");
      await page.getByRole("button", { name: "Call" }).click();
      await page.getByText(`"width": 400`).waitFor();
      expect(invoked(host.callsTo("invoke"))).toEqual({ function: "image-conversion/resize", data: [4] });
      host.reply = () => ({ ok: false, milliseconds: 3, error: { code: "invalid", message: "no width" } });
      await page.getByRole("button", { name: "Call" }).click();
      await page.getByText("no width").waitFor();
    }));

  it("works by keyboard alone", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      const reach = async (name: RegExp): Promise<void> => {
        for (let presses = 0; presses < 60; presses += 1) {
          await page.keyboard.press("Tab");
          const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
          if (name.test(focused)) return;
        }
        throw new Error(`The keyboard does not reach ${name}.`);
      };
      await reach(/^Try it: greet$/);
      await page.keyboard.press("Enter");
      await page.getByLabel("name", { exact: true }).waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.type("Ada");
      await page.keyboard.press("Enter");
      await expect.poll(() => host.callsTo("invoke").length, patience).toBe(1);
      expect(invoked(host.callsTo("invoke"))).toMatchObject({ request: { path: "/hello/Ada" } });
    }));
});

async function open(page: Page, name: string): Promise<void> {
  await page.getByText(`Try it: ${name}`).click();
}

function invoked(calls: readonly { body: string }[]): unknown {
  return JSON.parse(calls.at(-1)?.body ?? "null");
}
