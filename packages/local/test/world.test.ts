// The local world end to end, on an app with every trigger: what comes in is done, retried, buried, replayed, seen.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeadLetterEntry, InvokeReply, Status } from "../src/control/api.ts";
import { makeRoot, startWorld, type TestWorld, until } from "./harness.ts";

let world: TestWorld;
let removeRoot: () => Promise<void>;

beforeAll(async () => {
  const { root, data, remove } = await makeRoot();
  removeRoot = remove;
  world = await startWorld(root, data);
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await removeRoot?.();
}, 60_000);

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${world.gateway}/probe${path}`, init);
const objects = async (prefix: string): Promise<string[]> => {
  const query = `objects/probe/done?limit=1000&prefix=${encodeURIComponent(prefix)}`;
  return (await world.control<{ objects: { key: string }[] }>("GET", query)).objects.map(({ key }) => key);
};
const put = (key: string, body: string): Promise<unknown> =>
  world.control("PUT", `objects/probe/inbox/${key}`, body);
const deadLetters = async (): Promise<DeadLetterEntry[]> =>
  (await world.control<{ deadLetters: DeadLetterEntry[] }>("GET", "dead-letters")).deadLetters;
const rows = async (name: string): Promise<unknown[]> => {
  const query = "select attempt from jobs where id = $1";
  const asked = world.control<{ rows: unknown[] }>("POST", "sql", {
    database: "ledger",
    query,
    params: [name],
  });
  // The table is made when a function first opens the database.
  return (await asked.catch(() => ({ rows: [] }))).rows;
};

describe("the status", () => {
  it("names every app's functions, stores and queues", async () => {
    const status = await world.control<Status>("GET", "status");
    expect(status).toEqual({
      ready: true,
      page: world.page,
      gateway: world.gateway,
      apps: {
        probe: {
          state: "ready",
          functions: ["add", "daily", "echo", "file", "hang", "notify", "submit", "sum", "work"],
          stores: ["done", "inbox"],
          queues: ["jobs"],
          topics: [],
          counts: expect.objectContaining({ echo: { invocations: 0, refused: 0, failures: 0 } }),
        },
      },
    });
  });

  it("shows what page and command need: triggers, grants, the line to try, the next due time", async () => {
    const [app] = (await world.state()).apps;
    expect(app).toMatchObject({
      name: "probe",
      state: "ready",
      try: `curl ${world.gateway}/probe/echo/hi`,
      databases: ["ledger"],
    });
    const daily = app?.functions.find(({ name }) => name === "daily");
    expect(daily?.nextDue).toMatch(/T06:00:00\.000Z$/);
    const work = app?.functions.find(({ name }) => name === "work");
    expect(work?.grants).toEqual([
      { kind: "queue", name: "jobs", access: "trigger" },
      { kind: "sql", name: "ledger", access: "readWrite" },
    ]);
  });
});

describe("http", () => {
  it("reaches the function as it was sent: method, path, query, cookies, every byte", async () => {
    const body = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);
    const sum = body.reduce((total, byte) => (total + byte) % 65_521, 0);
    const response = await get("/echo/a%20b/c?q=1&q=%26", {
      method: "PUT",
      body,
      headers: { cookie: "x=1; y=2" },
    });
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toMatchObject({
      greeting: "hello",
      method: "PUT",
      rest: "a b/c",
      query: ["1", "&"],
      bytes: body.length,
      sum,
      cookies: "x=1; y=2",
      url: `${world.gateway}/probe/echo/a%20b/c`,
      secret: 43,
    });
  });

  it("takes nobody's word for where it was asked, and keeps queries out of the journal: they may be signed", async () => {
    const lies = {
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      forwarded: "host=evil.example",
    };
    const reply = await get("/echo/told?signature=sesame", { headers: lies });
    expect(await reply.json()).toMatchObject({ url: `${world.gateway}/probe/echo/told` });
    const entries = await until("the request in the journal", async () => {
      const all = await world.entries();
      return all.some(({ title }) => title.includes("/probe/echo/told")) && all;
    });
    expect(JSON.stringify(entries)).not.toContain("sesame");
  });

  it("answers 404 for apps that are not there, 403 for another Host, and never shows the platform's own paths", async () => {
    expect((await fetch(`${world.gateway}/nobody/x`)).status).toBe(404);
    const posted = await get("/.faasade/events/file", { method: "POST", body: "{}" });
    expect(posted.status).toBe(404);
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request(`${world.gateway}/probe/echo/x`, { headers: { host: "evil.example" } }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBe(403);
  });

  it("vouches for the operator, not for a page from elsewhere in the operator's browser", async () => {
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await get("/sum/1/2", { headers })).status;
    expect(await ask({})).toBe(200);
    expect(await ask({ origin: world.gateway })).toBe(200);
    expect(await ask({ origin: "http://evil.example" })).toBe(401);
    expect(await ask({ "sec-fetch-site": "cross-site" })).toBe(401);
    expect(await ask({ "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await ask({ origin: "null", "x-faasade-caller": "operator" })).toBe(401);
  });

  it("lets functions call functions by name", async () => {
    expect(await (await get("/sum/2/40")).json()).toBe(42);
    expect((await get("/sum/2/x")).status).toBe(400);
  });

  it.each(["busy", "idle"])(
    "kills the process of a function that hangs (%s) and answers again",
    async (how) => {
      expect([502, 504]).toContain((await get(`/hang/${how}`)).status);
      await until("the app to answer again", async () => (await get("/echo/x")).status === 200);
      const { apps } = await world.state();
      expect(apps[0]?.state).toBe("ready");
    },
  );
});

describe("objects", () => {
  it("put into a store start the function that waits for them, and the journal knows the cause", async () => {
    await put("letters/a.txt", "hello");
    const [made] = await until("the result", async () => {
      const found = await objects("letters/a.txt/");
      return found.length > 0 && found;
    });
    expect(await world.control("GET", `objects/probe/done/${made}`)).toBe("HELLO");
    const headers = { authorization: `Bearer ${world.token}` };
    const shown = await fetch(`${new URL(world.page).origin}/control/objects/probe/done/${made}`, {
      headers,
    });
    await shown.arrayBuffer();
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      "content-security-policy": expect.stringContaining("sandbox"),
      "content-disposition": "attachment",
      "x-content-type-options": "nosniff",
    });
    const entries = await until("the effect in the journal", async () => {
      const all = await world.entries();
      return all.some(({ detail }) => detail === made) && all;
    });
    const event = entries.find(({ kind, detail }) => kind === "event" && detail === "letters/a.txt");
    const attempt = entries.find(({ kind, cause }) => kind === "attempt" && cause === event?.id);
    expect(attempt).toMatchObject({ function: "file", attempt: 1, outcome: "ok" });
    const effect = entries.find(({ kind, detail }) => kind === "event" && detail === made);
    expect(effect?.cause).toBe(attempt?.id);
  });

  it("that came with the app were put there once", async () => {
    await until("the seed", async () => (await objects("nested/first.txt/")).length === 1);
  });

  it("that can never be handled go to the dead letter with the reason, and come back by replay", async () => {
    await put("bad.txt", "poison");
    const letter = await until("the dead letter", async () =>
      (await deadLetters()).find(({ body }) => body.includes("bad.txt")),
    );
    expect(letter).toMatchObject({
      queue: "probe/file",
      attempts: 1,
      reason: "unprocessable: This file is poison.",
    });
    await world.control("POST", "dead-letters/replay", { queue: "probe/file", ids: [letter.id] });
    const again = await until("the second burial", async () =>
      (await deadLetters()).find(({ deadAt }) => deadAt > letter.deadAt),
    );
    expect(again.id).toBe(letter.id);
  });
});

describe("messages", () => {
  it("are delivered again after a failure, with back-off, and their effects are seen once", async () => {
    await world.control("POST", "send", { queue: "jobs", data: { name: "second", failures: 1 } });
    await until("the row", async () => (await rows("second")).length > 0);
    expect(await rows("second")).toEqual([{ attempt: 2 }]);
  });

  it("go to the dead letter after the last attempt, or at once when refused, and leave no effect", async () => {
    await world.control("POST", "send", { queue: "probe/jobs", data: { name: "never", failures: 99 } });
    await world.control("POST", "send", { queue: "probe/jobs", data: { name: "refused", refuse: true } });
    const wrong = { queue: "probe/jobs", data: { wrong: true } };
    await world.control("POST", "send", { ...wrong, unchecked: true });
    const letters = await until("three dead letters", async () => {
      const found = (await deadLetters()).filter(({ queue }) => queue === "probe/jobs");
      return found.length === 3 && found;
    });
    const reasons = letters.map(({ attempts, reason }) => [attempts, reason]).sort();
    expect(reasons).toEqual([
      [1, expect.stringContaining("invalid: Cannot accept a message of jobs at name")],
      [1, "unprocessable: Refused by its own word."],
      [3, "unavailable: Not yet. (gave up after 3 attempts)"],
    ]);
    expect(await rows("never")).toEqual([]);
  });

  it("sent by a function arrive like any other", async () => {
    expect((await get("/submit/by-http", { method: "POST" })).status).toBe(202);
    await until("the row", async () => (await rows("by-http")).length === 1);
  });

  it("to a queue that nobody declared are refused, with the queues there are", async () => {
    await expect(world.control("POST", "send", { queue: "nope", data: {} })).rejects.toThrow(
      /There are: probe\/jobs/,
    );
  });
});

describe("the operator", () => {
  it("invokes functions of every kind", async () => {
    const call = await world.control<InvokeReply>("POST", "invoke", {
      function: "add",
      data: { a: 1, b: 2 },
    });
    expect(call).toMatchObject({ ok: true, reply: 3 });
    const refused = await world.control<InvokeReply>("POST", "invoke", {
      function: "probe/add",
      data: { a: 1 },
    });
    expect(refused).toMatchObject({ ok: false, error: { code: "invalid" } });
    const http = await world.control<InvokeReply>("POST", "invoke", {
      function: "echo",
      request: { path: "/echo/op" },
    });
    expect(http).toMatchObject({ ok: true, status: 200, reply: expect.stringContaining('"rest":"op"') });
    await expect(world.control("POST", "invoke", { function: "nobody" })).rejects.toThrow(
      /There are: probe\/add/,
    );
  });

  it("reads bytes of a database as Postgres writes them", async () => {
    const query = "select $1::bytea as bytes, null::bytea as none";
    const asked = { database: "ledger", query, params: ["\\x00ff"] };
    expect(await world.control("POST", "sql", asked)).toEqual({
      rows: [{ bytes: "\\x00ff", none: null }],
      count: 1,
    });
  });

  it("runs a schedule now", async () => {
    await world.control("POST", "run", { function: "daily" });
    await until("the run", async () => (await objects("daily/")).length > 0);
  });

  it("is refused without the token, from another page, or under another Host", async () => {
    const { origin } = new URL(world.page);
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${origin}/control/status`, { headers })).status;
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: `Bearer ${world.token}x` })).toBe(401);
    expect(await ask({ authorization: `Bearer ${world.token.slice(0, -2)}--` })).toBe(401);
    const { request } = await import("node:http");
    const rebound = await new Promise((resolve) => {
      const headers = { authorization: `Bearer ${world.token}`, host: "evil.example" };
      request(`${origin}/control/status`, { headers }, ({ statusCode }) => resolve(statusCode)).end();
    });
    expect(rebound).toBe(403);
    await expect(world.control("GET", "objects/probe/%zz")).rejects.toThrow(/malformed/);
    expect((await fetch(`${origin}//`)).status).toBe(404);
    expect(await ask({ authorization: `Bearer ${world.token}`, origin: "http://evil.example" })).toBe(403);
    expect((await fetch(`${origin}/`)).status).toBe(200);
    expect(await (await fetch(`${origin}/`)).text()).not.toContain(world.token);
  });

  it("moves the clock ahead, and what became due meanwhile is made up for, once per due time", async () => {
    const before = (await objects("daily/")).length;
    await expect(world.control("POST", "clock", { advanceSeconds: -60 })).rejects.toThrow(
      /Cannot move the clock back/,
    );
    await world.control("POST", "clock", { advanceSeconds: 3 * 86_400 });
    await until("three runs", async () => (await objects("daily/")).length === before + 3);
    const { now } = (await (await get("/echo/x")).json()) as { now: number };
    expect(now).toBeGreaterThan(Date.now() + 3 * 86_400_000 - 60_000);
  });
});

describe("the live stream", () => {
  it("sends the world, what happens and what is logged, and resumes behind what was seen", async () => {
    const { origin } = new URL(world.page);
    const read = async (after: number, stop: (text: string) => boolean): Promise<string> => {
      const abort = new AbortController();
      const response = await fetch(`${origin}/control/stream?after=${after}`, {
        headers: { authorization: `Bearer ${world.token}` },
        signal: abort.signal,
      });
      let text = "";
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString("utf8");
        if (stop(text)) break;
      }
      abort.abort();
      return text;
    };
    const reading = read(0, (text) => text.includes("/probe/echo/streamed"));
    await until("the stream", async () => {
      await get("/echo/streamed");
      return true;
    });
    const text = await reading;
    expect(text).toMatch(/^event: world\ndata: \{"ready":true/);
    const last = Number([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1]);
    const rest = read(last, (more) => more.includes("/probe/echo/later"));
    await get("/echo/later");
    expect(await rest).not.toMatch(
      /\/probe\/echo\/streamed → 200","outcome":"ok","milliseconds":\d+\}\n\nid: 1\n/,
    );
    expect([...(await rest).matchAll(/^id: (\d+)$/gm)].every(([, id]) => Number(id) > last)).toBe(true);
  });
});
