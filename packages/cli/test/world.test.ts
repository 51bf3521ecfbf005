// The commands on a world that runs: what it has, what is asked of it now, its clock, its end.
import type { JournalEntry, LogLine } from "@faasade/local/control";
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
    await within(place, ["invoke", "write-mail", "--method", "POST", "--path", "/mail", "--body", body]);
    const list = async () =>
      (await askedWithin<{ mails: { id: string; subject: string }[] }>(place, ["mails", "list", "--json"]))
        .mails;
    await until("a mail", async () => (await list()).length === 1);
    const [mail] = await list();
    expect(mail).toMatchObject({
      app: "shop",
      resource: "notices",
      to: ["ops@example.org"],
      subject: "Sold out",
    });
    expect((await within(place, ["mails", "list", "--app", "shop"])).stdout).toMatch(
      /ops@example\.org .*Sold out/,
    );
    const { stdout } = await within(place, ["mails", "show", mail?.id ?? ""]);
    expect(stdout).toMatch(/^Subject: Sold out$/m);
    expect(stdout).toMatch(/^It is so\.$/m);
    expect(await within(place, ["mails", "show", "999"])).toMatchObject({ code: 3, stdout: "" });
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
    const { stdout } = await within(place, [
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
    expect(await askedWithin(place, ["invoke", "close-day", "--json"])).toMatchObject({ ok: true });
    const { lines } = await askedWithin<{ lines: LogLine[] }>(place, ["logs", "--json"]);
    expect(lines).toContainEqual(expect.objectContaining({ function: "close-day", message: "closed" }));
  });
});

describe("sql", () => {
  it("takes parameters as text, whatever type they meet", async () => {
    const query = "select $1::int + 1 as n, $2::text as t";
    expect(await askedWithin(place, ["sql", "world", query, "41", "'; drop", "--json"])).toEqual({
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
      Date.parse((await askedWithin<{ now: string }>(place, ["clock", "show", "--json"])).now);
    const before = await now();
    const { stdout } = await within(place, ["clock", "advance", "3d"]);
    expect(stdout).toMatch(/^\d{4}-\S+Z \(3 d( 2 h)? ahead\)$/m);
    expect(await now()).toBeGreaterThanOrEqual(before + 3 * 86_400_000);
  });

  it("change what is named and leave the rest", async () => {
    await within(place, ["chaos", "--duplicate", "20%", "--delay", "100ms"]);
    expect((await within(place, ["chaos", "--crash", "0.05"])).stdout).toBe(
      "20 % delivered twice, up to 0.1 s late, 5 % crash\n",
    );
    expect(await askedWithin(place, ["chaos", "--json"])).toEqual({
      duplicate: 0.2,
      delaySeconds: 0.1,
      crash: 0.05,
    });
    expect((await within(place, ["chaos", "--off"])).stdout).toBe("no faults\n");
  });
});

describe("logs and events", { timeout: 120_000 }, () => {
  it("follow until the world stops, the past first and nothing twice; stop waits until its data is closed", async () => {
    await within(place, ["invoke", "hello"]);
    const logs = new Running(place, ["logs", "-f", "shop", "--level", "warn", "--json"]);
    const journal = new Running(place, ["events", "-f", "--app", "shop", "--json", "--limit", "1"]);
    const { lines } = await askedWithin<{ lines: LogLine[] }>(place, ["logs", "--level", "warn", "--json"]);
    const past = lines.filter(({ message }) => message === "greeted").length;
    await until("the past", () => greetings(logs.stdout).length === past);
    await journal.until("\n");
    await within(place, ["invoke", "hello"]);
    await until("the present", () => greetings(logs.stdout).length > past);
    await journal.until("GET /shop/hello → 200");
    expect(await asked(place, ["stop", "--json"])).toEqual({ stopped: true });
    expect(await within(place, ["status", "--json"])).toMatchObject({ code: 1 });
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
