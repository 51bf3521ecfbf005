/** The faults that the tests are known to notice, each in one place: what `npm run faults` plants. */
import { adapters } from "./adapters.ts";
import type { Fault } from "./fault.ts";
import { heart } from "./heart.ts";
import { ledgers } from "./ledgers.ts";
import { topics } from "./topics.ts";

export const faults: readonly Fault[] = [...heart, ...adapters, ...topics, ...ledgers];
