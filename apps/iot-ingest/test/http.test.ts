// Devices that post, operators who let them in and look, and what was quarantined and is read again.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Asked, start, World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
beforeEach(() => world.clear(), 60_000);
afterAll(() => world.database.close());

const operator = { operator: true };
const register = async (device: string): Promise<string> =>
  (await world.request("PUT", `/devices/${device}`, operator)).json.password;
const basic = (device: string, password: string): Asked["headers"] => ({
  authorization: `Basic ${Buffer.from(`${device}:${password}`).toString("base64")}`,
});
const post = (device: string, headers: Asked["headers"], body: string | Uint8Array) =>
  world.request("POST", `/devices/${device}/readings`, { ...(headers && { headers }), body });
const item = (sequence: number, temperature: unknown) => ({ sequence, at: start, values: { temperature } });

describe("a device", () => {
  it("that an operator let in posts readings, and is told what became of each", async () => {
    const headers = basic("d1", await register("d1"));
    const body = JSON.stringify([item(1, 20), item(1, 20), item(2, "NaN"), item(3, 21)]);
    const { status, json } = await post("d1", headers, body);
    expect([status, json]).toEqual([
      200,
      {
        stored: 2,
        duplicates: 1,
        quarantined: [{ id: expect.stringMatching(/#2$/), reason: 'temperature is no number: "NaN"' }],
      },
    ]);
    expect((await post("d1", headers, gzipSync(body))).json).toMatchObject({ stored: 0, duplicates: 3 });
    expect((await post("d1", headers, "{")).json).toMatchObject({ stored: 0, quarantined: [{}] });
  });

  it("is refused without its own password", async () => {
    const password = await register("d1");
    const other = await register("d2");
    expect(other).not.toBe(password);
    for (const headers of [
      {},
      basic("d1", other),
      basic("d2", password),
      basic("d2", other),
      basic("d1", ""),
      { authorization: "Basic ?" },
    ]) {
      const reply = await post("d1", headers, JSON.stringify(item(1, 20)));
      expect([reply.status, reply.headers["www-authenticate"]]).toEqual([401, 'Basic realm="devices"']);
    }
    expect((await post("d1", basic("d1", password), Buffer.alloc(300_000))).status).toBe(413);
    expect(await world.rows("select 1 from readings")).toEqual([]);
  });

  it("that is shut out has its readings in quarantine, by whatever way they come, until it is let in again", async () => {
    const headers = basic("d1", await register("d1"));
    expect((await world.request("DELETE", "/devices/d1", operator)).status).toBe(204);
    expect((await post("d1", headers, JSON.stringify(item(1, 20)))).json).toMatchObject({
      stored: 0,
      quarantined: [{ reason: "its device is blocked" }],
    });
    await world.deliver([{ device: "d1", payload: item(2, 20), id: "m" }]);
    expect((await world.request("POST", "/quarantine/replay", operator)).json).toEqual({
      read: 2,
      stored: 0,
      quarantined: 2,
    });
    await register("d1");
    expect((await world.request("POST", "/quarantine/replay", operator)).json).toEqual({
      read: 2,
      stored: 2,
      quarantined: 0,
    });
    expect(await world.rows("select sequence::integer from readings order by 1")).toEqual([
      { sequence: 1 },
      { sequence: 2 },
    ]);
    expect(await world.rows("select 1 from quarantine")).toEqual([]);
  });

  it("beyond so many at once is asked to come later, before anything is read", async () => {
    const headers = basic("d1", await register("d1"));
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) => post("d1", headers, JSON.stringify(item(n, 20)))),
    );
    const busy = replies.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy[0]?.headers["retry-after"]).toBe("1");
    const [{ kept } = { kept: -1 }] = await world.rows<{ kept: number }>(
      "select count(*)::integer as kept from readings",
    );
    expect(kept).toBe(replies.filter(({ status }) => status === 200).length);
    expect((await post("d1", headers, JSON.stringify(item(99, 20)))).status).toBe(200);
  });

  it("is let in, shut out and looked at by operators alone", async () => {
    for (const [method, target] of [
      ["PUT", "/devices/d1"],
      ["DELETE", "/devices/d1"],
      ["POST", "/quarantine/replay"],
      ["GET", "/"],
      ["GET", "/chart.json"],
      ["GET", "/fleet.json"],
    ] as const)
      expect((await world.request(method, target)).status, target).toBe(401);
    expect((await world.request("PUT", "/devices/a%2Fb", operator)).status).toBe(400);
  });
});

describe("what was quarantined", () => {
  it("is read again once it can be, and stays with its reason when it cannot", async () => {
    const packed = new Uint8Array(gzipSync(JSON.stringify([item(1, 20), item(2, "x")])));
    await world.deliver([
      { device: "a", payload: packed, id: "packed" },
      { device: "a", payload: Uint8Array.of(0xff), id: "bytes" },
      { device: "a", payload: "{", id: "text" },
    ]);
    const before = await world.rows("select * from quarantine order by id");
    expect(before).toHaveLength(3);
    const replay = () => world.request("POST", "/quarantine/replay", operator);
    expect((await replay()).json).toEqual({ read: 3, stored: 0, quarantined: 3 });
    expect((await replay()).json).toEqual({ read: 3, stored: 0, quarantined: 3 });
    expect(await world.rows("select * from quarantine order by id")).toEqual(before);
    await world.database.execute(`update quarantine set payload = replace(payload, '"x"', '22')`);
    expect((await replay()).json).toEqual({ read: 3, stored: 1, quarantined: 2 });
  });

  it("is read again behind however many that still cannot be", async () => {
    await world.deliver(
      Array.from({ length: 2100 }, (_, n) => ({
        device: "a",
        payload: "{",
        id: `bad-${n}`,
        receivedAt: start,
      })),
    );
    await world.deliver([{ device: "a", payload: item(1, "x"), id: "good", receivedAt: start + 1 }]);
    await world.database.execute(`update quarantine set payload = replace(payload, '"x"', '22')`);
    expect((await world.request("POST", "/quarantine/replay", operator)).json).toEqual({
      read: 2101,
      stored: 1,
      quarantined: 2100,
    });
  });

  it("is still there when reading it again dies in the middle", async () => {
    await world.deliver([{ device: "a", payload: item(1, "x"), id: "m" }]);
    for (let points = 0; points < 8; points += 1) {
      let left = points;
      world.step = () => {
        if (left-- <= 0) throw new Error("the process died");
      };
      await world.request("POST", "/quarantine/replay", operator);
      world.step = () => {};
      expect(await world.rows("select id from quarantine")).toEqual([{ id: "/readings:m" }]);
    }
  });
});

describe("the page", () => {
  it("draws what is kept, and runs nothing but its own script", async () => {
    await world.deliver([{ device: "a", payload: [item(1, 20), item(2, 30), item(3, "x")], id: "m" }]);
    const chart = await world.request("GET", "/chart.json?metric=temperature&seconds=60", operator);
    expect(chart.json).toEqual({
      metric: "temperature",
      seconds: 60,
      series: [{ device: "a", points: [[start, 25, 20, 30]] }],
    });
    const fleet = await world.request("GET", "/fleet.json", operator);
    expect(fleet.json).toMatchObject({
      devices: [{ device: "a", blocked: false, heard_at: start }],
      quarantine: [{ device: "a", count: 1, reason: 'temperature is no number: "x"' }],
    });
    for (const wrong of ["seconds=61", "points=0", "points=x", "points=1001"])
      expect((await world.request("GET", `/chart.json?${wrong}`, operator)).status, wrong).toBe(400);
    const page = await world.request("GET", "/", operator);
    expect(page.headers["content-security-policy"]).toContain("script-src 'sha256-");
    expect(page.text).toContain('<option value="temperature" data-unit="°C">');
  });
});
