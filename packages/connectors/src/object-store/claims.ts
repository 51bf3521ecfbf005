// Seen as once on an object store: a record per key, claimed and marked by conditional writes.
import { FunctionError } from "@faasade/core";
import type { Effects } from "@faasade/core/adapter";
import { reservedKeyPrefix } from "@faasade/core/adapter";
import type { Connection } from "./client.ts";
import { attempt } from "./failure.ts";
import { storedObject } from "./stored-object.ts";

/** What stands at `.faasade/once/<sha256 of the key>`. */
type Claim =
  | { readonly state: "claimed"; readonly owner: string; readonly until: number }
  | { readonly state: "done"; readonly at: number };

/** A claim that this run holds while the record has this etag. */
interface Held {
  readonly key: string;
  readonly etag: string;
}

const claimsAtOnce = 16;
const claimAttempts = 5;
/** How long past its deadline a run may still be writing. */
const graceMilliseconds = 10_000;
const maxLeaseMilliseconds = 24 * 3_600_000;

/**
 * Runs `effects` for the keys that nobody has marked, and marks what it says is done. A claim is a lease to shortly
 * after the invocation's deadline. This is at least once, not exactly once: when a run dies between an effect and
 * its mark, the effect is seen again after the lease. So effects under it should be such that a repetition writes the
 * same again, for example to a key made from the event.
 * @throws {FunctionError} `unavailable` with `retryAfterSeconds` while another run holds a key; `unsupported` where
 * the store ignores conditions.
 */
export async function runOnce<Result>(
  store: Connection,
  keys: readonly string[],
  effects: (fresh: readonly string[]) => Promise<Effects<Result>>,
): Promise<Result | undefined> {
  await attempt(`prove conditional writes of ${store.name}`, () => store.driver.probeConditionalPut());
  const held = await claimAll(store, [...new Set(keys)]);
  if (held.length === 0) return undefined;
  let effect: Effects<Result>;
  try {
    effect = await effects(held.map(({ key }) => key));
  } catch (error) {
    await inGroups(held, (claim) => release(store, claim));
    throw error;
  }
  const done = new Set(effect.done);
  await inGroups(held, (claim) => (done.has(claim.key) ? mark(store, claim) : release(store, claim)));
  return effect.result;
}

/** All that are not done. When one is held elsewhere, none is kept. */
async function claimAll(store: Connection, keys: readonly string[]): Promise<readonly Held[]> {
  const held: Held[] = [];
  try {
    await inGroups(keys, async (key) => {
      const claim = await claimOne(store, key);
      if (claim !== undefined) held.push(claim);
    });
  } catch (error) {
    await inGroups(held, (claim) => release(store, claim));
    throw error;
  }
  const order = new Map(keys.map((key, index) => [key, index]));
  return held.sort((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
}

/** @returns undefined when the key is done. */
async function claimOne(store: Connection, key: string): Promise<Held | undefined> {
  const { clock, ids } = store.ambient;
  const owner = ids.next();
  let former: { etag: string } | undefined;
  for (let tries = 0; tries < claimAttempts; tries += 1) {
    const claim: Claim = { state: "claimed", owner, until: leaseEnd(store) };
    const etag = await write(store, key, claim, former?.etag);
    if (etag !== undefined) return { key, etag };
    // Somebody was there first, or an answer was lost and it was ourselves.
    const found = await readClaim(store, key);
    if (found?.claim.state === "done") return undefined;
    if (found?.claim.owner === owner) return { key, etag: found.etag };
    const waitMilliseconds = found === undefined ? 0 : found.claim.until - clock.now();
    if (waitMilliseconds > 0) throw busy(store, key, waitMilliseconds);
    former = found;
  }
  throw busy(store, key, 1000);
}

/** @returns the etag, or undefined when the record is not as expected: absent, or with the former etag. */
async function write(
  store: Connection,
  key: string,
  claim: Claim,
  former: string | undefined,
): Promise<string | undefined> {
  const path = await pathOf(key);
  const body = new TextEncoder().encode(JSON.stringify(claim));
  const condition = former === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: former };
  try {
    const options = { contentType: "application/json", ...condition };
    return (await attempt(`claim a key in ${store.name}`, () => store.driver.put(path, body, options))).etag;
  } catch (error) {
    if (error instanceof FunctionError && error.code === "precondition_failed") return undefined;
    throw error;
  }
}

async function readClaim(
  store: Connection,
  key: string,
): Promise<{ claim: Claim; etag: string } | undefined> {
  const path = await pathOf(key);
  return attempt(`read a claim in ${store.name}`, async () => {
    const content = await store.driver.get(path);
    if (content === undefined) return undefined;
    const claim = (await storedObject(store.name, content, content.info.size).json()) as Claim;
    return { claim, etag: content.info.etag };
  });
}

async function mark(store: Connection, { key, etag }: Held): Promise<void> {
  const marked = await write(store, key, { state: "done", at: store.ambient.clock.now() }, etag);
  if (marked !== undefined) return;
  store.ambient.log.warn("The lease ran out before the work was done; another run may have done it again.", {
    store: store.name,
    key,
  });
}

/** Frees a key at once; what fails here ends by itself with the lease. */
async function release(store: Connection, { key, etag }: Held): Promise<void> {
  const free: Claim = { state: "claimed", owner: store.ambient.ids.next(), until: 0 };
  await write(store, key, free, etag).catch((error: unknown) => {
    store.ambient.log.warn("A key stays claimed until its lease ends.", { store: store.name, key, error });
  });
}

function leaseEnd({ ambient: { clock, deadline } }: Connection): number {
  const now = clock.now();
  return Math.min(Math.max(deadline, now), now + maxLeaseMilliseconds) + graceMilliseconds;
}

function busy(store: Connection, key: string, waitMilliseconds: number): FunctionError {
  const retryAfterSeconds = Math.ceil(waitMilliseconds / 1000);
  const message = `Cannot claim ${JSON.stringify(key)} in ${store.name}: another run holds it for ${retryAfterSeconds} s more.`;
  return new FunctionError("unavailable", message, { retryAfterSeconds });
}

/** Keys are hashed, because an event's id may be long and hold anything. */
async function pathOf(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return `${reservedKeyPrefix}once/${Buffer.from(digest).toString("hex")}`;
}

/** A few at a time, all of them; then the first failure, if any. */
async function inGroups<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (let start = 0; start < items.length; start += claimsAtOnce) {
    const group = await Promise.allSettled(items.slice(start, start + claimsAtOnce).map(work));
    failures.push(
      ...group.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : [])),
    );
  }
  if (failures.length > 0) throw failures[0];
}
