// Deliveries that do not reach their function, or wait in its process: neither is the function's failure.
import { rename } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { AppSupervisor } from "../src/app/supervisor.ts";
import { sendMessage } from "../src/control/send.ts";
import { socketAddress } from "../src/home.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

vi.setConfig({ testTimeout: 120_000 });

let remove: () => Promise<void>;
let world: World;

beforeAll(async () => {
  const made = await makeRoot("rough");
  ({ remove } = made);
  world = await World.start({ home: homeAt(made.root, { FAASADE_DATA: made.data }), only: ["rough"] });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await remove?.();
}, 60_000);

const send = (queue: string, name: string) =>
  sendMessage(world, queue, { name }, { delaySeconds: 0, unchecked: true });
const dead = (queue: string) => world.queues.get(`rough/${queue}`).deadLetters({ limit: 10 });
const supervisor = (): AppSupervisor => world.apps.get("rough") as AppSupervisor;
const attemptsAt = (id: string) =>
  world.journal.entries({ limit: 2000 }).filter(({ kind, cause }) => kind === "attempt" && cause === id);
const store = () => world.stores.open("rough", "notes");
const count = async (prefix: string): Promise<number> =>
  (await (await store()).list({ prefix, limit: 9 })).objects.length;
const take = async (): Promise<number> =>
  ((await (await fetch(`${world.gatewayOrigin}/rough/x`)).json()) as { pid: number }).pid;
const another = (pid: number) =>
  until("another process", async () => (await take().catch(() => pid)) !== pid, 30);

describe.skipIf(process.platform === "win32")(
  "a process that cannot be reached (not on Windows: a pipe cannot be moved)",
  () => {
    const moveSocket = async (move: (from: string, to: string) => Promise<void>): Promise<void> => {
      const { socket } = await supervisor().running();
      expect(socket.startsWith(socketAddress(world.home, "rough").replace(/\.sock$/, ""))).toBe(true);
      await move(socket, `${socket}.away`);
    };

    // First, while there is no connection yet: those there are outlive the name.
    it("is not asked for ever: at last it is an attempt that failed, with the reason", async () => {
      await moveSocket(rename);
      const id = await send("works", "lost");
      const [letter] = await until("the dead letter", async () => {
        const letters = await dead("works");
        return letters.length > 0 && letters;
      });
      await moveSocket((socket, away) => rename(away, socket));
      expect(letter).toMatchObject({
        id,
        attempts: 1,
        reason: expect.stringMatching(/did not answer: .*ENOENT/),
      });
      expect(attemptsAt(id)).toHaveLength(8);
    });

    it("uses up no attempt: the function begins with its first", async () => {
      await moveSocket(rename);
      const id = await send("works", "late");
      await until("three attempts", async () => attemptsAt(id).length >= 3);
      await moveSocket((socket, away) => rename(away, socket));
      await (await store()).put("end/late", "");
      await until("the end", async () => (await count("ended/late")) === 1);
      expect(await count("begun/late")).toBe(1);
      expect(new Set(attemptsAt(id).map(({ attempt }) => attempt))).toEqual(new Set([1]));
      expect((await dead("works")).filter((one) => one.id === id)).toEqual([]);
    });
  },
);

describe("a process that was just killed", () => {
  it("is handed out to nobody, though the system did not say yet that it ended", async () => {
    const killed = await supervisor().running();
    supervisor().crash();
    expect(killed.isRunning).toBe(false);
    expect(await supervisor().running()).not.toBe(killed);
  });
});

describe("an event that waits in a busy process", () => {
  it("longer than its function may run, costs no process: the deadline begins with the function", async () => {
    const pid = await take();
    const brood = () => fetch(`${world.gatewayOrigin}/rough/brood`, { method: "POST" });
    const brooding = brood();
    await until("the brooding", async () =>
      world.logs.lines("rough", 1000).some(({ message }) => message === "brooding"),
    );
    await send("sighs", "waiting");
    await until("the dead letter", async () => (await dead("sighs")).length === 1);
    expect((await brooding).status).toBe(204);
    expect((await dead("sighs"))[0]?.reason).toMatch(/^timeout: Its own deadline/);
    // For as long as it takes to be sure that nobody ends the process.
    expect((await brood()).status).toBe(204);
    expect(world.logs.lines("rough", 1000).filter(({ message }) => /killed/.test(message))).toEqual([]);
    expect(await take()).toBe(pid);
  });

  it("and then overruns, ends its process: the handler might still be at work", async () => {
    const pid = await take();
    await send("sighs", "never");
    await another(pid);
    const overran = /^timeout: give-up did not finish in its 1 s/;
    await until("the dead letter", async () =>
      (await dead("sighs")).some(({ reason }) => overran.test(reason)),
    );
  });

  it("and then never lets go of its process, ends it: it is asked whether it does anything else", async () => {
    const pid = await take();
    await send("sighs", "holding");
    // Nothing else is asked of the process, which the gateway would end, too.
    const silent = "The app's process did not answer: ";
    await until("the dead letter", async () =>
      (await dead("sighs")).some(({ reason }) => reason.startsWith(silent)),
    );
    const warned = world.logs.lines("rough", 1000).map(({ message }) => message);
    expect(warned).toContain("rough gave no answer in 1 s: its process is killed and started again.");
    expect(await take()).not.toBe(pid);
  });
});
