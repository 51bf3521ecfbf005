import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { DeadLetterEntry, JournalEntry, LogLine, World } from "@faasade/local/control";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked, faasade, Running, until } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";

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

async function events(): Promise<JournalEntry[]> {
  return (await asked<{ entries: JournalEntry[] }>(place, ["events", "--json", "--limit", "2000"])).entries;
}

async function deadLetters(): Promise<DeadLetterEntry[]> {
  return (await asked<{ deadLetters: DeadLetterEntry[] }>(place, ["dead-letters", "list", "--json"]))
    .deadLetters;
}

describe("status", () => {
  it("answers a script with page, gateway, and what each app has", async () => {
    const { code, stdout } = await faasade(place, ["status", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ready: true,
      page: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=.{20,}$/),
      gateway: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      apps: {
        shop: {
          state: "ready",
          functions: ["answer", "close-day", "hello", "linger", "take-order", "take-photo", "write-mail"],
          stores: ["photos"],
          queues: ["orders"],
          topics: [],
          counts: expect.objectContaining({ hello: { invocations: 0, refused: 0, failures: 0 } }),
        },
      },
    });
  });

  it("shows people the same, without colours where there is no terminal", async () => {
    const { stdout } = await faasade(place, ["status"]);
    expect(stdout).toMatch(/^shop +ready +7 functions/m);
    expect(stdout).not.toContain("\u001b");
  });
});

describe("mails", () => {
  it("shows what apps sent, to people and to a script", async () => {
    const body = '{"subject":"Sold out"}';
    await faasade(place, ["invoke", "write-mail", "--method", "POST", "--path", "/mail", "--body", body]);
    const list = async () =>
      (await asked<{ mails: { id: string; subject: string }[] }>(place, ["mails", "list", "--json"])).mails;
    await until("a mail", async () => (await list()).length === 1);
    const [mail] = await list();
    expect(mail).toMatchObject({
      app: "shop",
      resource: "notices",
      to: ["ops@example.org"],
      subject: "Sold out",
    });
    expect((await faasade(place, ["mails", "list", "--app", "shop"])).stdout).toMatch(
      /ops@example\.org .*Sold out/,
    );
    const { stdout } = await faasade(place, ["mails", "show", mail?.id ?? ""]);
    expect(stdout).toMatch(/^Subject: Sold out$/m);
    expect(stdout).toMatch(/^It is so\.$/m);
    expect(await faasade(place, ["mails", "show", "999"])).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("invoke", () => {
  it("takes an http function's only route when no path is said, and keeps its reply off the terminal's controls", async () => {
    expect(await faasade(place, ["invoke", "hello"])).toMatchObject({ code: 0, stdout: "hello\u001b[2J\n" });
  });

  it("sends method, header fields and body as given", async () => {
    const sent = [
      "--method",
      "POST",
      "--path",
      "/answer",
      "--header",
      "X-Tag: a: b",
      "--header",
      "content-type: text/x",
    ];
    const { code, stdout } = await faasade(place, ["invoke", "shop/answer", ...sent, "--body", "-"], {
      input: "täg",
    });
    expect({ code, reply: JSON.parse(stdout) }).toEqual({
      code: 0,
      reply: { body: "täg", type: "text/x", tag: "a: b" },
    });
  });

  it("sends data as a JSON body", async () => {
    const { stdout } = await faasade(place, [
      "invoke",
      "answer",
      "--method",
      "post",
      "--path",
      "/answer",
      "--data",
      "[1]",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ body: "[1]", type: "application/json" });
  });

  it("starts a schedule as if it were due now", async () => {
    expect(await asked(place, ["invoke", "close-day", "--json"])).toMatchObject({ ok: true });
    const { lines } = await asked<{ lines: LogLine[] }>(place, ["logs", "--json"]);
    expect(lines).toContainEqual(expect.objectContaining({ function: "close-day", message: "closed" }));
  });
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
    const { objects } = await asked<{ objects: { key: string; size: number }[] }>(place, [
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
    await faasade(place, ["objects", "rm", "photos", "n/1.txt", "n/2.txt"]);
    expect((await faasade(place, ["objects", "list", "photos", "--prefix", "n/"])).stdout).toBe("");
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
    const { stdout } = await faasade(place, ["events", "--limit", "2000"]);
    expect(stdout).toMatch(/attempt +shop\/take-photo ok \d+ ms ← dev\.faasade\.object\.created$/m);
  });
});

describe("messages", () => {
  it("that are refused are found with their reason, replayed and refused again", async () => {
    const { id } = await asked<{ id: string }>(place, ["send", "orders", '{"item":"nothing"}', "--json"]);
    await until("a dead letter", async () => (await deadLetters()).length === 1);
    expect(await deadLetters()).toMatchObject([
      { queue: "shop/orders", attempts: 1, reason: "invalid: Nothing is not for sale." },
    ]);
    const shown = await faasade(place, ["dead-letters", "show", id.slice(0, 8)]);
    expect(shown.stdout).toContain("invalid: Nothing is not for sale.");
    expect(shown.stdout).toContain('"item":"nothing"');
    expect(await asked(place, ["dead-letters", "replay", id, "--json"])).toEqual({ replayed: 1 });
    await until("the letter's return", async () => (await deadLetters()).length === 1);
  });

  it("that are refused are discarded only by who says so, with the reason in the journal", async () => {
    const poison = ["send", "orders", '{"item":1}', "--unchecked", "--json"];
    const { id } = await asked<{ id: string }>(place, poison);
    const isDead = async (): Promise<boolean> => (await deadLetters()).some((letter) => letter.id === id);
    await until("a dead letter", isDead);
    expect(await faasade(place, ["dead-letters", "discard", id], { input: "yes\n" })).toMatchObject({
      code: 2,
    });
    expect(await isDead()).toBe(true);
    const discard = ["dead-letters", "discard", id, "--yes", "--why", "a test order", "--json"];
    expect(await asked(place, discard)).toEqual({ discarded: 1 });
    expect(await isDead()).toBe(false);
    expect((await events()).findLast((entry) => entry.id === id)).toMatchObject({
      title: `discarded from shop/orders by ${userInfo().username}`,
      detail: expect.stringMatching(/^a test order \(it was given up: invalid: .*item/),
    });
  });

  it("wait for as long as they are held back, by the world's clock", async () => {
    const before = (await events()).filter(({ function: name }) => name === "take-order").length;
    expect((await faasade(place, ["send", "orders", '{"item":"tea"}', "--delay", "2h"])).stdout).toContain(
      "to be delivered in 2 h",
    );
    const { apps } = await stateOfWorld();
    expect(apps[0]?.queues).toContainEqual(expect.objectContaining({ name: "shop/orders", delayed: 1 }));
    await faasade(place, ["clock", "advance", "2h1m"]);
    await until("the delivery", async () => {
      return (await events()).filter(({ function: name }) => name === "take-order").length > before;
    });
  });
});

describe("sql", () => {
  it("takes parameters as text, whatever type they meet", async () => {
    const query = "select $1::int + 1 as n, $2::text as t";
    expect(await asked(place, ["sql", "world", query, "41", "'; drop", "--json"])).toEqual({
      rows: [{ n: 42, t: "'; drop" }],
      count: expect.any(Number),
    });
    const { stdout, stderr } = await faasade(place, ["sql", "world", "-"], {
      input: "select 1 as one, null as two",
    });
    expect({ stdout, stderr }).toEqual({ stdout: "one  two\n1\n", stderr: "1 row\n" });
  });
});

describe("clock and chaos", () => {
  it("move ahead and never back", async () => {
    const now = async (): Promise<number> =>
      Date.parse((await asked<{ now: string }>(place, ["clock", "show", "--json"])).now);
    const before = await now();
    const { stdout } = await faasade(place, ["clock", "advance", "3d"]);
    expect(stdout).toMatch(/^\d{4}-\S+Z \(3 d( 2 h)? ahead\)$/m);
    expect(await now()).toBeGreaterThanOrEqual(before + 3 * 86_400_000);
  });

  it("change what is named and leave the rest", async () => {
    await faasade(place, ["chaos", "--duplicate", "20%", "--delay", "100ms"]);
    expect((await faasade(place, ["chaos", "--crash", "0.05"])).stdout).toBe(
      "20 % delivered twice, up to 0.1 s late, 5 % crash\n",
    );
    expect(await asked(place, ["chaos", "--json"])).toEqual({
      duplicate: 0.2,
      delaySeconds: 0.1,
      crash: 0.05,
    });
    expect((await faasade(place, ["chaos", "--off"])).stdout).toBe("no faults\n");
  });
});

describe("logs and events", { timeout: 120_000 }, () => {
  it("follow until the world stops, the past first and nothing twice; stop waits until its data is closed", async () => {
    await faasade(place, ["invoke", "hello"]);
    const logs = new Running(place, ["logs", "-f", "shop", "--level", "warn", "--json"]);
    const journal = new Running(place, ["events", "-f", "--app", "shop", "--json", "--limit", "1"]);
    const { lines } = await asked<{ lines: LogLine[] }>(place, ["logs", "--level", "warn", "--json"]);
    const past = lines.filter(({ message }) => message === "greeted").length;
    await until("the past", () => greetings(logs.stdout).length === past);
    await journal.until("\n");
    await faasade(place, ["invoke", "hello"]);
    await until("the present", () => greetings(logs.stdout).length > past);
    await journal.until("GET /shop/hello → 200");
    expect(await asked(place, ["stop", "--json"])).toEqual({ stopped: true });
    expect(await faasade(place, ["status", "--json"])).toMatchObject({ code: 1 });
    expect(await world.ended).toMatchObject({ code: 0 });
    expect(await logs.ended).toMatchObject({ code: 0, stderr: "The world stopped.\n" });
    expect(await journal.ended).toMatchObject({ code: 0, stderr: "The world stopped.\n" });
    expect(greetings(logs.stdout)).toHaveLength(past + 1);
    const sequences = journal.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as JournalEntry).sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
  });
});

function greetings(stdout: string): LogLine[] {
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as LogLine).filter(({ message }) => message === "greeted");
}

async function stateOfWorld(): Promise<World> {
  const { findWorld, homeAt } = await import("@faasade/local/control");
  const client = await findWorld(homeAt(place.root, { FAASADE_DATA: place.data }));
  if (client === undefined) throw new Error("No world runs.");
  return client.world();
}
