// The commands on what a world takes in: objects, events and messages, up to their dead letters.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { DeadLetterEntry, JournalEntry, World } from "@faasade/local/control";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked, faasade, Running, until } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";
import { askedWithin, within } from "./within.ts";

let place: Fixture;
let world: Running;
beforeAll(async () => {
  place = makeFixture();
  world = new Running(place, ["up"]);
  await world.until("Ctrl-C");
}, 120_000);
afterAll(async () => {
  world.child.kill("SIGKILL");
  await world.ended;
  place.dispose();
});

describe("objects", () => {
  it("of any bytes and names come back as they were stored", async () => {
    const bytes = randomBytes(3 << 20);
    writeFileSync(join(place.root, "a b#?%.bin"), bytes);
    const put = await asked(place, ["objects", "put", "photos", "a b#?%.bin", "--key", "in/", "--json"]);
    expect(put).toEqual({ objects: [{ key: "in/a b#?%.bin", etag: expect.any(String) }] });
    const nowhere = await faasade(place, ["objects", "get", "photos", "in/a b#?%.bin", "-o", "no/got.bin"]);
    expect(nowhere).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`there is no folder ${join(place.root, "no")}.`),
    });
    const got = await faasade(place, ["objects", "get", "shop/photos", "in/a b#?%.bin", "-o", "got.bin"]);
    expect(got).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(join(place.root, "got.bin")).equals(bytes)).toBe(true);
    expect(readdirSync(place.root).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("come from stdin, go to stdout, are listed in order and removed", async () => {
    for (const key of ["n/2.txt", "n/1.txt"])
      expect(
        await faasade(place, ["objects", "put", "photos", "-", "--key", key], { input: key }),
      ).toMatchObject({
        code: 0,
        stdout: `shop/photos/${key}  7 B  text/plain\n`,
      });
    expect(await faasade(place, ["objects", "get", "photos", "n/1.txt"])).toMatchObject({
      code: 0,
      stdout: "n/1.txt",
    });
    const { objects } = await askedWithin<{ objects: { key: string; size: number }[] }>(place, [
      "objects",
      "list",
      "photos",
      "--prefix",
      "n/",
      "--json",
    ]);
    expect(objects.map(({ key, size }) => [key, size])).toEqual([
      ["n/1.txt", 7],
      ["n/2.txt", 7],
    ]);
    await within(place, ["objects", "rm", "photos", "n/1.txt", "n/2.txt"]);
    expect((await within(place, ["objects", "list", "photos", "--prefix", "n/"])).stdout).toBe("");
  });
});

describe("events", () => {
  it("show what an object started, with its cause", async () => {
    await faasade(place, ["objects", "put", "photos", "-", "--key", "cat.jpg"], { input: "cat" });
    let attempt: JournalEntry | undefined;
    await until("an attempt at take-photo", async () => {
      attempt = (await events()).find((entry) => entry.kind === "attempt" && entry.function === "take-photo");
      return attempt !== undefined;
    });
    const cause = (await events()).find(({ id, kind }) => id === attempt?.cause && kind === "event");
    expect(cause?.title).toBe("dev.faasade.object.created");
    const { stdout } = await within(place, ["events", "--limit", "2000"]);
    expect(stdout).toMatch(/attempt +shop\/take-photo ok \d+ ms ← dev\.faasade\.object\.created$/m);
  });
});

describe("messages", () => {
  it("that are refused are found with their reason, replayed and refused again", async () => {
    const { id } = await askedWithin<{ id: string }>(place, [
      "send",
      "orders",
      '{"item":"nothing"}',
      "--json",
    ]);
    await until("a dead letter", async () => (await deadLetters()).length === 1);
    expect(await deadLetters()).toMatchObject([
      { queue: "shop/orders", attempts: 1, reason: "invalid: Nothing is not for sale." },
    ]);
    const shown = await within(place, ["dead-letters", "show", id.slice(0, 8)]);
    expect(shown.stdout).toContain("invalid: Nothing is not for sale.");
    expect(shown.stdout).toContain('"item":"nothing"');
    expect(await askedWithin(place, ["dead-letters", "replay", id, "--json"])).toEqual({ replayed: 1 });
    await until("the letter's return", async () => (await deadLetters()).length === 1);
  });

  it("that are refused are discarded only by who says so, with the reason in the journal", async () => {
    const poison = ["send", "orders", '{"item":1}', "--unchecked", "--json"];
    const { id } = await askedWithin<{ id: string }>(place, poison);
    const isDead = async (): Promise<boolean> => (await deadLetters()).some((letter) => letter.id === id);
    await until("a dead letter", isDead);
    expect(await faasade(place, ["dead-letters", "discard", id], { input: "yes\n" })).toMatchObject({
      code: 2,
    });
    expect(await isDead()).toBe(true);
    const discard = ["dead-letters", "discard", id, "--yes", "--why", "a test order", "--json"];
    expect(await askedWithin(place, discard)).toEqual({ discarded: 1 });
    expect(await isDead()).toBe(false);
    expect((await events()).findLast((entry) => entry.id === id)).toMatchObject({
      title: `discarded from shop/orders by ${userInfo().username}`,
      detail: expect.stringMatching(/^a test order \(it was given up: invalid: .*item/),
    });
  });

  it("wait for as long as they are held back, by the world's clock", async () => {
    const before = (await events()).filter(({ function: name }) => name === "take-order").length;
    expect((await within(place, ["send", "orders", '{"item":"tea"}', "--delay", "2h"])).stdout).toContain(
      "to be delivered in 2 h",
    );
    const { apps } = await stateOfWorld();
    expect(apps[0]?.queues).toContainEqual(expect.objectContaining({ name: "shop/orders", delayed: 1 }));
    await within(place, ["clock", "advance", "2h1m"]);
    await until("the delivery", async () => {
      return (await events()).filter(({ function: name }) => name === "take-order").length > before;
    });
  });
});

async function events(): Promise<JournalEntry[]> {
  const args = ["events", "--json", "--limit", "2000"];
  return (await askedWithin<{ entries: JournalEntry[] }>(place, args)).entries;
}

async function deadLetters(): Promise<DeadLetterEntry[]> {
  const args = ["dead-letters", "list", "--json"];
  return (await askedWithin<{ deadLetters: DeadLetterEntry[] }>(place, args)).deadLetters;
}

async function stateOfWorld(): Promise<World> {
  const { findWorld, homeAt } = await import("@faasade/local/control");
  const client = await findWorld(homeAt(place.root, { FAASADE_DATA: place.data }));
  if (client === undefined) throw new Error("No world runs.");
  return client.world();
}
