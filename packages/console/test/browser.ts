// A real Chromium that looks at the page as a double of the host serves it.
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { findChromium, notProved } from "../../../tools/not-proved.ts";
import { HostDouble } from "./host.ts";

interface Visit extends BrowserContextOptions {
  /** Changes the world before the page sees it. */
  readonly before?: (host: HostDouble) => void;
  /** Where to go when not to the page's own URL, token included. */
  readonly url?: (host: HostDouble) => string;
  /** What the console may complain about: Chromium reports every refused or cut request there. */
  readonly expectedErrors?: RegExp;
}

declare global {
  interface Window {
    violations: string[];
  }
}

const executablePath = findChromium();
const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
let browser: Browser | undefined;

/** A suite for Chromium; where there is none, it says that it was not run. */
export function describeInChromium(name: string, tests: () => void): void {
  if (executablePath === undefined) {
    const fix = "install Chromium or name one with FAASADE_CHROMIUM";
    notProved(`${name}, in a browser`, "there is no Chromium here", fix);
    describe.skip(`${name} (needs Chromium)`, tests);
    return;
  }
  describe(name, () => {
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, headless: true, args: switches });
    }, 120_000);
    afterAll(() => browser?.close());
    tests();
  });
}

/** Opens the page and hands it over; afterwards nothing may have been refused by the policy or thrown. */
export async function visit(
  { before, url, expectedErrors, ...options }: Visit,
  work: (page: Page, host: HostDouble) => Promise<void>,
): Promise<void> {
  await using host = await new HostDouble().listen();
  before?.(host);
  const context = await browser!.newContext({ locale: "en-GB", timezoneId: "Europe/Vienna", ...options });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("dialog", (dialog) => errors.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => requests.push(request.url()));
    await page.addInitScript(() => {
      window.violations = [];
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
        window.violations.push(`${violatedDirective} ${blockedURI}`);
      });
    });
    await page.goto((url ?? (({ url }) => url))(host));
    await work(page, host);
    expect(await page.evaluate(() => window.violations)).toEqual([]);
    expect(errors.filter((error) => !expectedErrors?.test(error))).toEqual([]);
    expect(
      requests.filter((asked) => !/^(data|blob):/.test(asked) && !asked.startsWith(host.origin)),
    ).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Until the page follows the host. */
export function untilLive(page: Page): Promise<void> {
  return page.getByText("● Live").waitFor();
}
