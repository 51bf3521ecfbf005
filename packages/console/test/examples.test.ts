// A form that is opened holds what works already: whoever tries a function for the first time presses one button.
import type { FunctionState } from "@faasade/local/control-api";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInChromium, patience, visit } from "./browser.ts";
import type { HostDouble } from "./host.ts";

describeInChromium("an example", () => {
  it("of a path is the app's own line to try, and is sent as it stands", () =>
    visit({}, async (page, host) => {
      await open(page, "greet");
      const name = page.getByLabel("name", { exact: true });
      expect(await name.inputValue()).toBe("world");
      const form = page.locator("form", { has: name });
      const describedBy = await form.getAttribute("aria-describedby");
      expect(await page.locator(`[id="${describedBy}"]`).innerText()).toContain("Filled in with an example");
      await page.getByRole("button", { name: "Send GET" }).click();
      await expect
        .poll(() => sent(host, "invoke"), patience)
        .toMatchObject({ request: { path: "/hello/world" } });
    }));

  it("of an object's key is one that is there, of the store that the path names or the function reads", () =>
    visit(
      {
        before: (host) =>
          host.store.objects.set("image-conversion/renditions/400w/a b.webp", {
            bytes: Buffer.from("x"),
            contentType: "image/webp",
          }),
      },
      async (page, host) => {
        await open(page, "serve-photo");
        expect(await page.getByLabel(/^key/).inputValue()).toBe("400w/a b.webp");
        await page.getByRole("button", { name: "Send GET" }).click();
        await expect
          .poll(() => sent(host, "invoke"), patience)
          .toMatchObject({ request: { path: "/photos/400w/a%20b.webp" } });
      },
    ));

  it("of an object's key is a word where there is no object, and the form comes all the same", () =>
    visit({}, async (page) => {
      await open(page, "serve-photo");
      expect(await page.getByLabel(/^key/).inputValue()).toBe("example.txt");
    }));

  it("of a body, a message and an input is what the schema takes", () =>
    visit({ before: withExamples }, async (page, host) => {
      await open(page, "serve-photo");
      await page.getByLabel("Route").selectOption("POST /photos");
      expect(JSON.parse(await page.getByLabel("Body").inputValue())).toEqual({ width: 1 });
      await page.getByRole("button", { name: "Send POST" }).click();
      const headers = { "content-type": "application/json" };
      await expect
        .poll(() => sent(host, "invoke"), patience)
        .toMatchObject({ request: { path: "/photos", headers } });
      await open(page, "write-captions");
      const message = page.locator(".card").getByLabel("Message, as JSON");
      expect(JSON.parse(await message.inputValue())).toEqual({ text: "text" });
      await open(page, "resize");
      expect(JSON.parse(await page.getByLabel("Input, as JSON").inputValue())).toEqual({ size: 1 });
    }));
});

describeInChromium("a body", () => {
  it("is a file's bytes, of its type, whatever the text says", () =>
    visit({ before: withExamples }, async (page, host) => {
      const bytes = Buffer.from([0, 255, 128, 10, 13]);
      await open(page, "serve-photo");
      await page.getByLabel("Route").selectOption("POST /photos");
      await page.getByLabel(/^File/).setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: bytes });
      expect(await page.getByLabel("Body").isDisabled()).toBe(true);
      await page.getByRole("button", { name: "Send POST" }).click();
      await expect
        .poll(() => sent(host, "invoke"), patience)
        .toEqual({
          function: "image-conversion/serve-photo",
          request: {
            method: "POST",
            path: "/photos",
            headers: { "content-type": "image/jpeg" },
            body: bytes.toString("base64"),
            encoding: "base64",
          },
        });
      await page.getByLabel(/^File/).setInputFiles([]);
      expect(await page.getByLabel("Body").isEnabled()).toBe(true);
    }));

  it("can be chosen by keyboard, and is not asked for where a request has none", () =>
    visit({}, async (page) => {
      await open(page, "serve-photo");
      expect(await page.getByLabel(/^File/).count()).toBe(0);
      await page.getByLabel("Route").selectOption("POST /photos");
      await page.getByLabel("Body").focus();
      await page.keyboard.press("Tab");
      const choosing = page.waitForEvent("filechooser");
      await page.keyboard.press("Space");
      expect((await choosing).isMultiple()).toBe(false);
    }));
});

describeInChromium("a message", () => {
  it("is sent unchecked only when that is said", () =>
    visit({}, async (page, host) => {
      await open(page, "write-captions");
      const card = page.locator(".card", { hasText: "write-captions" });
      await card.getByRole("button", { name: "Send" }).click();
      await expect
        .poll(() => sent(host, "send"), patience)
        .toEqual({ queue: "image-conversion/captions", data: {} });
      await card.getByLabel(/schema refuses/).check();
      await card.getByRole("button", { name: "Send" }).click();
      await expect.poll(() => sent(host, "send"), patience).toMatchObject({ unchecked: true });
    }));
});

function withExamples(host: HostDouble): void {
  const examples: Readonly<Record<string, FunctionState["examples"]>> = {
    "serve-photo": { "POST /photos": { width: 1 } },
    "write-captions": { message: { text: "text" } },
    resize: { call: { size: 1 } },
  };
  const apps = host.world.apps.map((app) => ({
    ...app,
    functions: app.functions.map((fn) => ({ ...fn, examples: examples[fn.name] ?? {} })),
  }));
  host.world = { ...host.world, apps };
}

async function open(page: Page, name: string): Promise<void> {
  await page.getByText(`Try it: ${name}`).click();
}

function sent(host: HostDouble, path: string): unknown {
  return JSON.parse(host.callsTo(path).at(-1)?.body ?? "null");
}
