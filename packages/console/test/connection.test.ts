// The page asks with the token, survives a host that goes away, and never takes text for markup.
import { expect, it } from "vitest";
import { describeInChromium, untilLive, visit } from "./browser.ts";
import { entry } from "./world.ts";

const refusedOrCut = /Failed to load resource|net::ERR_/;

describeInChromium("the page's connection", () => {
  it("takes the token out of the address bar, and keeps it for a reload of this tab", () =>
    visit({}, async (page, host) => {
      await untilLive(page);
      expect(page.url()).toBe(`${host.origin}/`);
      await page.reload();
      await untilLive(page);
      expect(host.calls.every(({ path }) => !path.includes(host.token))).toBe(true);
    }));

  it("says how to get its address when there is no token, and asks the host nothing", () =>
    visit({ url: (host) => host.origin }, async (page, host) => {
      await page.getByRole("heading", { name: /needs its address/ }).waitFor();
      await page.getByText("npm run faasade -- status", { exact: true }).waitFor();
      expect(host.calls).toEqual([]);
    }));

  it("says that the token is of an earlier start, and goes on with the new address in the same tab", () =>
    visit(
      { url: (host) => `${host.origin}/#token=old`, expectedErrors: refusedOrCut },
      async (page, host) => {
        await page.getByRole("heading", { name: /earlier start/ }).waitFor();
        await page.goto(host.url);
        await untilLive(page);
      },
    ));

  it("connects again after the stream broke, from the last entry on, and misses none", () =>
    visit({ expectedErrors: refusedOrCut }, async (page, host) => {
      await untilLive(page);
      host.down = true;
      host.dropStreams();
      await page.getByText("Connection lost").waitFor();
      const missed = entry({ kind: "event", id: "missed", title: "while nobody listened" });
      host.entries.push(missed);
      host.down = false;
      const told = page.getByText("while nobody listened").waitFor();
      // On a busy machine it connects by itself before the button is reached, which is gone then.
      await Promise.race([told, page.getByRole("button", { name: "Try now" }).click()]);
      await told;
      await untilLive(page);
      expect(host.callsTo("stream").at(-1)?.path).toBe(`stream?after=${missed.sequence - 1}`);
      expect(await page.getByText("while nobody listened").count()).toBe(1);
    }));

  it("connects again by itself", () =>
    visit({ expectedErrors: refusedOrCut }, async (page, host) => {
      await untilLive(page);
      host.dropStreams();
      await expect.poll(() => host.callsTo("stream").length, { timeout: 20_000 }).toBe(2);
      await untilLive(page);
    }));

  it("shows hostile names, bodies and addresses as text", () => {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
    const before = (host: Parameters<NonNullable<Parameters<typeof visit>[0]["before"]>>[0]) => {
      const [hello] = host.world.apps;
      const app = {
        ...hello!,
        name: hostile,
        description: hostile,
        try: hostile,
        page: "javascript:alert(3)",
      };
      host.world = { ...host.world, data: hostile, apps: [app] };
      host.entries.push(entry({ kind: "event", id: hostile, title: hostile, detail: hostile }));
      host.logs = [{ time: "never", level: hostile, app: hostile, message: hostile, fields: { hostile } }];
      host.deadLetters = host.deadLetters.map((letter) => ({ ...letter, reason: hostile, body: hostile }));
      host.reply = () => ({
        ok: true,
        milliseconds: 1,
        status: 200,
        headers: { "content-type": "text/html", hostile },
        reply: hostile,
      });
    };
    return visit({ before }, async (page) => {
      await page.getByRole("heading", { name: hostile }).waitFor();
      await page.getByText("Message").first().click();
      await page.getByText("Try it").first().click();
      await page.getByLabel("name", { exact: true }).fill(hostile);
      await page.getByRole("button", { name: "Send GET" }).click();
      await page.getByRole("region", { name: "Reply" }).getByText(hostile).waitFor();
      expect(await page.locator("img, script:not([type=module])").count()).toBe(0);
      expect(await page.locator("a[href^=javascript]").count()).toBe(0);
      expect(await page.getByText(hostile).count()).toBeGreaterThan(6);
    });
  });
});
