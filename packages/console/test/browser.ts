// Looks at the page as a double of the host serves it.
import { type Page, type VisitOptions, visit as visitUrl } from "../../../tools/chromium.ts";
import { HostDouble } from "./host.ts";

export { describeInChromium, patience } from "../../../tools/chromium.ts";

interface Visit extends VisitOptions {
  /** Changes the world before the page sees it. */
  readonly before?: (host: HostDouble) => void;
  /** Where to go when not to the page's own URL, token included. */
  readonly url?: (host: HostDouble) => string;
}

/** Opens the page and hands it over; afterwards nothing may have been refused by the policy or thrown. */
export async function visit(
  { before, url = (host) => host.url, ...options }: Visit,
  work: (page: Page, host: HostDouble) => Promise<void>,
): Promise<void> {
  await using host = await new HostDouble().listen();
  before?.(host);
  await visitUrl(url(host), (page) => work(page, host), options);
}

/** Until the page follows the host. */
export function untilLive(page: Page): Promise<void> {
  return page.getByText("● Live").waitFor();
}
