// What a host has to bear: apps that misbehave, clients that do, sources that change at the wrong moment, a clock that
// jumps, an end in the middle of the work. The world runs in this process: an unhandled rejection fails the tests.
import { existsSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { worldState } from "../src/control/answers.ts";
import type { AppState } from "../src/control/api.ts";
import { replayDeadLetters } from "../src/control/dead-letters.ts";
import { moveClock, setChaos } from "../src/control/operate.ts";
import { sendMessage } from "../src/control/send.ts";
import { socketAddress } from "../src/home.ts";
import { postToSocket } from "../src/http-client.ts";
import { homeAt, readHostRecord, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

vi.setConfig({ testTimeout: 90_000 });

let root: string;
let data: string;
let remove: () => Promise<void>;
let world: World;

const start = (): Promise<World> => World.start({ home: homeAt(root, { FAASADE_DATA: data }) });

beforeAll(async () => {
  ({ root, data, remove } = await makeRoot("rough"));
  world = await start();
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await remove?.();
}, 60_000);

const file = (name: string): string => join(root, "apps/rough/src/functions", `${name}.ts`);
const fetchRough = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${world.gatewayOrigin}/rough${path}`, init);
const take = async (): Promise<{ pid: number; now: number }> => {
  const response = await fetchRough("/x");
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<{ pid: number; now: number }>;
};
const notes = async (prefix: string): Promise<number> => {
  const store = await world.stores.open("rough", "notes");
  return (await store.list({ prefix, limit: 100 })).objects.length;
};
const end = async (name: string): Promise<unknown> =>
  (await world.stores.open("rough", "notes")).put(`end/${name}`, "");
const sending = { delaySeconds: 0, unchecked: true };
const work = (name: string): Promise<string> => sendMessage(world, "works", { name }, sending);
const dead = (queue: string) => world.queues.get(queue).deadLetters({ limit: 10 });
const stateOf = async (name: string): Promise<AppState | undefined> =>
  (await worldState(world)).apps.find((app) => app.name === name);

describe("an app that cannot be started", () => {
  it("has failed with the reason, is answered for with it, and hinders no other", async () => {
    expect(await stateOf("ill")).toMatchObject({
      state: "failed",
      problem: expect.stringMatching(/Cannot start ill\/never by its schedule: .*99/s),
    });
    const response = await fetch(`${world.gatewayOrigin}/ill/x`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 503, detail: expect.stringContaining("never") });
    expect((await stateOf("rough"))?.state).toBe("ready");
    expect(world.logs.lines("ill", 10).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/Cannot seed its stores: .*no-such-folder/),
    );
  });
});

describe("an app that misbehaves", () => {
  it("may send nonsense to the host and log what is no JSON", async () => {
    expect((await fetchRough("/babble", { method: "POST" })).status).toBe(204);
    const lines = await until("the logs", async () => {
      const found = world.logs.lines("rough", 100);
      return found.some(({ message }) => message === "a function") && found;
    });
    const fieldsOf = (title: string): unknown => lines.find(({ message }) => message === title)?.fields;
    expect(fieldsOf("a number")).toEqual({ big: "1180591620717411303424" });
    expect(fieldsOf("a cycle")).toEqual({ unreadable: expect.stringContaining("circular") });
    expect(fieldsOf("a function")).toEqual({ unreadable: expect.any(String) });
    expect(lines.some(({ message }) => message.startsWith("Cannot understand what the process"))).toBe(true);
  });

  it("is started again although a process of its own keeps its output open", async () => {
    const { pid } = await take();
    const left = (await (await fetchRough("/leave", { method: "POST" })).json()) as { pid: number };
    try {
      await until("the next process", async () => (await take().catch(() => ({ pid }))).pid !== pid);
    } finally {
      process.kill(left.pid);
    }
  });

  it("that gives up by its own word goes on in the same process", async () => {
    const { pid } = await take();
    expect((await fetchRough("/impatient")).status).toBe(504);
    expect((await take()).pid).toBe(pid);
  });
});

describe("a function that overruns its deadline", () => {
  it("is answered for with 504, and its process ends: the handler might still be at work", async () => {
    const { pid } = await take();
    expect((await fetchRough("/forever")).status).toBe(504);
    await until("the next process", async () => (await take().catch(() => ({ pid }))).pid !== pid);
  });
});

describe("the gateway", () => {
  const raw = async (lines: readonly string[], more?: (received: string) => string): Promise<string> => {
    const { host, hostname, port } = new URL(world.gatewayOrigin);
    const socket = connect(Number(port), hostname);
    socket.write([...lines, `host: ${host}`, "connection: close", "", ""].join("\r\n"));
    if (more !== undefined) socket.once("data", (bytes: Buffer) => socket.write(more(bytes.toString())));
    return text(socket);
  };
  const pathOf = async (target: string): Promise<unknown> => {
    const answer = await raw([`GET ${target} HTTP/1.1`]);
    return answer.startsWith("HTTP/1.1 200")
      ? JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? "null").path
      : answer;
  };

  it.each([
    ["/rough", "/"],
    ["/rough?q=1", "/"],
    ["/rough/", "/"],
    ["/rough//x", "//x"],
    ["/rough/../ill/x", "/../ill/x"],
    ["/rough/.faasade", "/.faasade"],
    ["/rough//.faasade/events/work", "//.faasade/events/work"],
  ])("hands over %s as %s", async (target, path) => expect(await pathOf(target)).toBe(path));

  it.each(["/", "//", "//rough/x", "/%72ough/x", "/.", "/rough/.faasade/events/work", "*"])(
    "answers 404 to %s",
    async (target) => expect(await pathOf(target)).toMatch(/^HTTP\/1\.1 404/),
  );

  it("refuses fields that are too long, and survives CONNECT", async () => {
    expect(await raw(["GET /rough/x HTTP/1.1", `x-long: ${"x".repeat(20_000)}`])).toMatch(/^HTTP\/1\.1 431/);
    await raw(["CONNECT rough:80 HTTP/1.1"]);
    expect((await take()).pid).toBeGreaterThan(0);
  });

  it("answers a request to upgrade as any other, and tells who asks to go on that it may", async () => {
    const upgraded = await raw(["GET /rough/x HTTP/1.1", "upgrade: websocket"]);
    expect(upgraded).toMatch(/^HTTP\/1\.1 200/);
    const continued = await raw(
      ["PUT /rough/x HTTP/1.1", "content-length: 5", "expect: 100-continue"],
      () => "hello",
    );
    expect(continued).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK.*"length":5/s);
  });

  it("keeps the process when a client is too slow, or goes away in the middle", async () => {
    const { pid } = await take();
    const upload = (): ReturnType<typeof request> =>
      request(`${world.gatewayOrigin}/rough/x`, { method: "PUT", headers: { "content-length": 100 } });
    const slow = upload();
    const answered = new Promise((resolve, reject) => {
      slow.on("response", ({ statusCode }) => resolve(statusCode)).on("error", reject);
    });
    slow.write("too little");
    expect(await answered).toBe(504);
    slow.destroy();
    const gone = upload().on("error", () => {});
    gone.write("too little", () => gone.destroy());
    await until("the request in the journal", async () =>
      world.journal.entries().some(({ title }) => title === "PUT /rough/x → 502"),
    );
    expect((await take()).pid).toBe(pid);
  });
});

describe("what only this world's processes may read or reach", () => {
  it.skipIf(process.platform === "win32")("is closed to other users (not on Windows: no modes)", async () => {
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await modeOf(join(data, "host.json"))).toBe(0o600);
    expect(await modeOf(join(data, "secrets/rough"))).toBe(0o700);
    expect(await modeOf(join(data, "secrets/rough/ROUGH_KEY"))).toBe(0o600);
    expect(await modeOf(join(socketAddress(world.home, "calls"), ".."))).toBe(0o700);
  });

  it("is refused without the processes' token, which nobody prints", async () => {
    const call = (token: string) =>
      postToSocket(socketAddress(world.home, "calls"), {
        path: "/call/rough/none",
        headers: { authorization: `Bearer ${token}` },
        body: "null",
      });
    expect((await call(world.pipeToken)).status).toBe(404);
    expect((await call(`${world.pipeToken.slice(0, -2)}--`)).status).toBe(401);
    const told = JSON.stringify([
      world.logs.lines(undefined, 10_000),
      world.journal.entries({ limit: 2000 }),
    ]);
    for (const secret of [world.pipeToken, world.token]) expect(told).not.toContain(secret);
  });
});

describe("chaos", () => {
  it("delivers twice, and the message is gone when one of both is done", async () => {
    setChaos(world, { duplicate: 1 });
    await end("twice");
    await work("twice");
    await until("two beginnings", async () => (await notes("ended/twice")) === 2);
    setChaos(world, { duplicate: 0 });
    await until("the end", async () => (await world.queues.get("rough/works").depth()).inFlight === 0);
    expect(await notes("begun/twice")).toBe(2);
  });

  it("ends processes; after the last attempt the message is dead with the reason, and comes back by replay", async () => {
    const { pid } = await take();
    setChaos(world, { crash: 1 });
    await work("crashed");
    const [letter] = await until("the dead letter", async () => {
      const letters = await dead("rough/works");
      return letters.length > 0 && letters;
    });
    setChaos(world, { crash: 0 });
    expect(letter?.reason).toMatch(/The app's process did not answer: .*gave up after 1 attempts/);
    await until("another process", async () => (await take().catch(() => ({ pid }))).pid !== pid);
    await end("crashed");
    expect(await replayDeadLetters(world, { queue: "rough/works", ids: undefined })).toEqual({ replayed: 1 });
    await until("the end", async () => (await notes("ended/crashed")) === 1);
  });
});

describe("a clock that jumps", () => {
  it("starts nothing a second time that is at work, and every process follows, ahead and back", async () => {
    const { pid } = await take();
    await work("long");
    await until("the beginning", async () => (await notes("begun/long")) === 1);
    await moveClock(world, { advanceSeconds: 3 * 86_400 });
    expect((await take()).now).toBeGreaterThan(Date.now() + 2 * 86_400_000);
    // Whatever became visible by the jump waits longer than this message, so it would be taken first.
    await work("later");
    await until("the later message", async () => (await notes("begun/later")) === 1);
    expect(await notes("begun/long")).toBe(1);
    await end("long");
    await end("later");
    for (const name of ["long", "later"])
      await until("the end", async () => (await notes(`ended/${name}`)) === 1);
    await moveClock(world, { reset: true });
    await until("the wall clock", async () => (await take()).now < Date.now() + 86_400_000);
    expect((await take()).pid).toBe(pid);
  });

  it("stays whole and within what can be written", async () => {
    const before = world.clock.aheadMilliseconds;
    await moveClock(world, { advanceSeconds: 0.0123456 });
    expect(world.clock.aheadMilliseconds).toBe(before + 12);
    for (const advanceSeconds of [1e300, 1e12])
      await expect(moveClock(world, { advanceSeconds })).rejects.toThrow(/9999/);
    await work("afterwards");
    await until("the message", async () => (await notes("begun/afterwards")) === 1);
    await end("afterwards");
    await until("its end", async () => (await notes("ended/afterwards")) === 1);
  });
});

/** Resolves when a process is loading a source that will never be loaded. */
async function loadForEver(line: string): Promise<void> {
  await writeFile(file("stuck"), `console.log("${line}");\nawait new Promise(() => {});\n`);
  await said(line);
}

async function said(line: string): Promise<void> {
  await until(line, async () => world.logs.lines("rough", 1000).some(({ message }) => message === line));
}

describe("a source that changes", () => {
  const consumer = (name: string): string => `
    import { defineFunction, messageReceived, write } from "@faasade/core";
    import { notes, parcels } from "../resources/parts.ts";
    export default defineFunction({
      name: "${name}", trigger: messageReceived(parcels), uses: { notes: write(notes) }, maxAttempts: 1,
      handle: ({ data }, { notes }) => notes.put(\`unpacked/\${data.name}\`, ""),
    });`;

  it("may bring a function for what waits already: nothing reaches the process that lacks it", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `parcel-${index}`);
    for (const name of names)
      expect((await fetchRough(`/post/${name}`, { method: "POST" })).status).toBe(204);
    await writeFile(file("unpack"), consumer("unpack"));
    await until("every parcel", async () => (await notes("unpacked/")) === names.length);
    expect(await dead("rough/parcels")).toEqual([]);
  });

  it("lets the former process finish what it began", async () => {
    const { pid } = await take();
    await work("drained");
    await until("the beginning", async () => (await notes("begun/drained")) === 1);
    await writeFile(file("take"), await readFile(file("take")));
    await until("the next process", async () => (await take()).pid !== pid);
    await end("drained");
    await until("the end", async () => (await notes("ended/drained")) === 1);
    await until(
      "its acknowledgement",
      async () => (await world.queues.get("rough/works").depth()).inFlight === 0,
    );
    expect(await notes("begun/drained")).toBe(1);
    expect(await dead("rough/works")).toEqual([]);
  });

  it("may take a function away: what waits for it goes on waiting", async () => {
    await rm(file("unpack"));
    await until("its end", async () =>
      (await stateOf("rough"))?.functions.every(({ name }) => name !== "unpack"),
    );
    await fetchRough("/post/waiting", { method: "POST" });
    await work("other");
    await end("other");
    await until("another message", async () => (await notes("ended/other")) === 1);
    expect(await world.queues.get("rough/parcels").depth()).toMatchObject({ ready: 1, dead: 0 });
  });

  it("with a schedule that cannot be read fails with the reason; what ran goes on, its schedules too", async () => {
    await writeFile(
      file("odd"),
      'import { defineFunction, schedule } from "@faasade/core";\nexport default defineFunction({ name: "odd", trigger: schedule("0 25 * * *"), handle: () => {} });\n',
    );
    await until("the failure", async () => (await stateOf("rough"))?.state === "failed");
    expect((await stateOf("rough"))?.problem).toMatch(/Cannot start rough\/odd by its schedule: .*25/s);
    expect((await take()).pid).toBeGreaterThan(0);
    expect(world.scheduler.nextDue("rough/yearly")).toBeGreaterThan(Date.now());
    await rm(file("odd"));
    await until("the app", async () => (await stateOf("rough"))?.state === "ready");
  });

  it("and never finishes loading is given up as soon as it changes again", async () => {
    await loadForEver("stuck");
    await rm(file("stuck"));
    await until("the app", async () => (await stateOf("rough"))?.state === "ready");
    expect(await stateOf("rough")).not.toHaveProperty("problem");
  });
});

describe("an end in the middle of the work", () => {
  it("comes in seconds, whatever is at work or starting, also when asked twice; and leaves the data free", async () => {
    await work("cut");
    await until("the beginning", async () => (await notes("begun/cut")) === 1);
    fetchRough("/hold", { method: "POST" }).catch(() => {});
    await said("holding");
    await loadForEver("stuck again");
    const stopping = world.stop();
    expect(world.stop()).toBe(stopping);
    await Promise.all([stopping, world.stopped()]);
    expect(existsSync(join(data, "host.json"))).toBe(false);
    await rm(file("stuck"));
  }, 60_000);

  it("buries nothing: what was cut off by it begins again at the next start", async () => {
    world = await start();
    expect(await readHostRecord(world.home)).toMatchObject({ token: world.token });
    await until("the second beginning", async () => (await notes("begun/cut")) === 2);
    expect(await dead("rough/works")).toEqual([]);
    await end("cut");
    await until("its end", async () => (await notes("ended/cut")) === 1);
  }, 60_000);
});
