/** A real Chromium, and what holds on every page it shows: no error, no breach of its policy, no request elsewhere. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { findChromium, notProved } from "./not-proved.ts";

export type { Page } from "playwright-core";

export interface VisitOptions extends BrowserContextOptions {
  /** Where requests may go; by default, where the address is. */
  readonly origins?: readonly string[];
  /** What the console may complain about: Chromium reports every refused or cut request there. */
  readonly expectedErrors?: RegExp;
}

/** A browser is slow to say something on a busy machine; it is never asked how fast it was. */
export const patience = { timeout: 60_000 };

const executablePath = findChromium();
/** Of several such switches the last counts: what Playwright does without, and the popups of the address bar. */
const unwantedFeatures = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...["HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "PreconnectToSearch"],
  ...["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"],
  ...["NetworkTimeServiceQuerying", "AimEnabled", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"],
];
const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${unwantedFeatures}`,
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
  describe(name, { timeout: 240_000 }, () => {
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, headless: true, args: switches });
    }, 120_000);
    afterAll(() => browser?.close());
    tests();
  });
}

/** Opens an address in a browser without a past; pages that open from there are watched as well. */
export async function visit(
  url: string,
  work: (page: Page) => Promise<void>,
  { origins = [new URL(url).origin], expectedErrors, ...options }: VisitOptions = {},
): Promise<void> {
  const context = await browser!.newContext({ locale: "en-GB", timezoneId: "Europe/Vienna", ...options });
  context.setDefaultTimeout(patience.timeout);
  try {
    const disturbances = await watch(context, origins, expectedErrors);
    const page = await context.newPage();
    await page.goto(url);
    await work(page);
    expect(await disturbances()).toEqual([]);
  } finally {
    await context.close();
  }
}

async function watch(
  context: BrowserContext,
  origins: readonly string[],
  expectedErrors: RegExp | undefined,
): Promise<() => Promise<string[]>> {
  const heard: string[] = [];
  const hearError = (text: string): void => {
    if (!expectedErrors?.test(text)) heard.push(text);
  };
  context.on("console", (message) => message.type() === "error" && hearError(`error: ${message.text()}`));
  context.on("weberror", (error) => hearError(`thrown: ${error.error().message}`));
  context.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`));
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && !origins.includes(origin))
      heard.push(`request: ${request.url()}`);
  });
  await context.addInitScript({ content: noteViolations });
  return async () => {
    const seen = await Promise.all(context.pages().map((page) => page.evaluate<string[]>("violations")));
    return [...heard, ...seen.flat()];
  };
}

/** Runs in the page, so it is text: here are no types of a browser. */
const noteViolations = `
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    violations.push("policy: " + violatedDirective + " " + blockedURI));
`;
