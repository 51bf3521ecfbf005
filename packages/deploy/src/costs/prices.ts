// What platforms ask for what they do, in US dollars, with where each price stands and how it is known.
import { aws } from "./prices/aws.ts";
import { azure } from "./prices/azure.ts";
import { google } from "./prices/google.ts";

/** What is counted. Gigabytes are those of the price list; the difference to gibibytes is within 8 %. */
export type Meter =
  | "invocation"
  | "gigabyteSecond"
  | "processorSecond"
  | "request"
  | "event"
  | "scheduleStart"
  | "scheduleMonth"
  | "message"
  | "namespaceHour"
  | "objectRead"
  | "objectWrite"
  | "storageGigabyteMonth"
  | "logGigabyte";

export interface Price {
  /** For `per` units of the meter. */
  readonly dollars: number;
  readonly per: number;
  /** What the platform calls it. */
  readonly what: string;
  /** The platform's own price page. */
  readonly source: string;
  /**
   * `read`: a stored copy of a page of the platform's own says so. `secondhand`: somebody else's page does. `recalled`:
   * from memory, as no page with the number could be read here. The last two were not checked against the source.
   */
  readonly known: "read" | "secondhand" | "recalled";
  /** The page that was read, of the first two. */
  readonly read?: string;
}

export interface PriceList {
  readonly platform: string;
  /** As the platform calls it: `eu-central-1`. */
  readonly region: string;
  /** When it was written down: YYYY-MM-DD. Prices may have changed since. */
  readonly at: string;
  /** Of one start, unless the operator says otherwise: what the manifest has as its default. */
  readonly memoryGigabytes: number;
  /** A meter that is missing costs nothing there. */
  readonly prices: Readonly<Partial<Record<Meter, Price>>>;
}

export const priceLists: readonly PriceList[] = [...aws, ...google, ...azure];

/** The list of a region; where there is none, the platform's first one, which is another region's. */
export function priceListOf(platform: string, region: string | undefined): PriceList | undefined {
  const lists = priceLists.filter((list) => list.platform === platform);
  return lists.find((list) => list.region === plain(region)) ?? lists[0];
}

/** `West Europe` and `westeurope` are one place. */
export function plain(region: string | undefined): string | undefined {
  return region?.toLowerCase().replaceAll(" ", "");
}
