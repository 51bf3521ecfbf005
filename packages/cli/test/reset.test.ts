import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faasade } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";
import { within } from "./within.ts";

let place: Fixture;
beforeEach(() => {
  place = makeFixture();
  for (const folder of [
    "databases/world",
    "databases/shop.orders",
    "stores/shop/photos",
    "mails",
    "logs",
    "settings",
  ])
    mkdirSync(join(place.data, folder), { recursive: true });
  writeFileSync(join(place.data, "settings", "shop.json"), "{}");
  writeFileSync(join(place.data, "stores", "shop", "photos", "a.jpg"), "a");
});
afterEach(() => place.dispose());

describe("reset", () => {
  it("deletes what the world recorded, and keeps settings and what it does not know", async () => {
    writeFileSync(join(place.data, "mine.txt"), "mine");
    const { code } = await within(place, ["reset", "--yes"]);
    expect(code).toBe(0);
    expect(readdirSync(place.data).sort()).toEqual(["mine.txt", "settings"]);
  });

  it("does not follow links out of the data folder", async () => {
    const outside = join(place.root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "keep.txt"), "keep");
    symlinkSync(outside, join(place.data, "stores", "elsewhere"), "junction");
    expect(await within(place, ["reset", "--yes"])).toMatchObject({ code: 0 });
    expect(existsSync(join(outside, "keep.txt"))).toBe(true);
  });

  it("deletes nothing without --yes where nobody can be asked", async () => {
    const { code, stderr } = await faasade(place, ["reset"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--yes") });
    expect(existsSync(join(place.data, "stores", "shop", "photos", "a.jpg"))).toBe(true);
  });

  it("deletes nothing in a folder that holds no world", async () => {
    const data = join(place.root, "home");
    mkdirSync(join(data, "logs"), { recursive: true });
    const { code, stderr } = await within({ ...place, data }, ["reset", "--yes"]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining("holds no world") });
    expect(existsSync(join(data, "logs"))).toBe(true);
  });

  it("refuses while a world is just starting", async () => {
    const lock = join(place.data, "databases", "world.lock");
    writeFileSync(lock, JSON.stringify({ pid: process.pid }));
    const { code, stderr } = await within(place, ["reset", "--yes"]);
    rmSync(lock);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`process ${process.pid}`) });
    expect(existsSync(join(place.data, "databases", "world"))).toBe(true);
  });

  it("refuses while a world runs, but not for a record whose number another process has by now", async () => {
    const token = "the-world's";
    const world = createServer(({ headers }, response) => {
      response.writeHead(headers.authorization === `Bearer ${token}` ? 200 : 401).end("{}");
    });
    await once(world.listen(0, "127.0.0.1"), "listening");
    const page = `http://127.0.0.1:${(world.address() as AddressInfo).port}`;
    const reset = async (record: object) => {
      const whole = JSON.stringify({ pid: process.pid, page, token, gateway: page, ...record });
      writeFileSync(join(place.data, "host.json"), whole);
      return faasade(place, ["reset"]);
    };
    const running = await reset({});
    expect(running).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`a world runs on it (process ${process.pid})`),
    });
    // Not refused but asked: nobody is at the keyboard.
    const asked = { code: 2, stderr: expect.stringContaining("--yes") };
    expect(await reset({ token: "an earlier start's" })).toMatchObject(asked);
    expect(await reset({ page: "http://127.0.0.1:1" })).toMatchObject(asked);
    world.close();
    world.closeAllConnections();
  });

  it("takes the lock of a process that is gone for none", async () => {
    writeFileSync(join(place.data, "databases", "world.lock"), JSON.stringify({ pid: 2 ** 22 + 1 }));
    expect(await within(place, ["reset", "--yes"])).toMatchObject({ code: 0 });
  });

  it("has nothing to do where nothing is", async () => {
    const empty = { ...place, data: join(place.root, "never") };
    expect(await within(empty, ["reset", "--yes", "--json"])).toMatchObject({
      code: 0,
      stdout: '{"deleted":[]}\n',
    });
  });
});
