// Starts real worlds in processes of their own, so that tests can kill them, and asks them through the control interface.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { JournalEntry, World } from "../src/control/api.ts";
import type { Engines } from "../src/engines/engines.ts";

export interface TestWorld {
  readonly page: string;
  readonly gateway: string;
  readonly token: string;
  readonly pid: number;
  /** Asks the control interface; throws with the problem's detail. */
  control<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer>;
  state(): Promise<World>;
  entries(): Promise<JournalEntry[]>;
  /** Ctrl-C's way. */
  stop(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
}

const hostScript = fileURLToPath(new URL("./host.ts", import.meta.url));

/** A root of its own with the apps of a fixture, and a data folder; removed by `remove`. */
export async function makeRoot(
  fixture: "fixture" | "rough" | "meters" = "fixture",
): Promise<{ root: string; data: string; remove: () => Promise<void> }> {
  // Inside the checkout, so that the apps find the packages; ignored by git.
  const parent = fileURLToPath(new URL("../.faasade/", import.meta.url));
  const { mkdir } = await import("node:fs/promises");
  await mkdir(parent, { recursive: true });
  const root = await mkdtemp(join(parent, "test-"));
  await cp(fileURLToPath(new URL(`./${fixture}/`, import.meta.url)), root, { recursive: true });
  const data = await mkdtemp(join(tmpdir(), "faasade-data-"));
  const remove = async (): Promise<void> => {
    await rm(root, { recursive: true, force: true });
    await rm(data, { recursive: true, force: true });
  };
  return { root, data, remove };
}

/** @throws {Error} with what the host said when it does not start. */
export async function startWorld(
  root: string,
  data: string,
  only: readonly string[] = [],
  engines: Engines = {},
): Promise<TestWorld> {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    FAASADE_DATA: data,
    TEST_ENGINES: JSON.stringify(engines),
  };
  delete environment["PROBE_KEY"];
  const child = fork(hostScript, [root, data, ...only], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: environment,
  });
  const [message] = (await Promise.race([
    once(child, "message"),
    once(child, "close").then(() => [{ error: "The host ended before it said anything." }]),
  ])) as [{ error?: string; page: string; gateway: string; token: string }];
  if (message.error !== undefined) throw new Error(message.error);
  return testWorld(child, message);
}

function testWorld(
  child: ChildProcess,
  { page, gateway, token }: { page: string; gateway: string; token: string },
): TestWorld {
  const origin = new URL(page).origin;
  const control = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const raw = body instanceof Uint8Array || typeof body === "string";
    const response = await fetch(`${origin}/control/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const value: unknown = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
    if (!response.ok)
      throw new Error((value as { detail?: string }).detail ?? `control answered ${response.status}`);
    return value as Answer;
  };
  const ended = once(child, "close");
  return {
    page,
    gateway,
    token,
    pid: child.pid ?? 0,
    control,
    state: () => control<World>("GET", "world"),
    entries: async () => (await control<{ entries: JournalEntry[] }>("GET", "events?limit=2000")).entries,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Waits until `look` answers something; fails with `what` after a deadline generous enough for a busy machine. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  seconds = 60,
): Promise<Value> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value as Value;
    if (performance.now() > end) throw new Error(`Waited ${seconds} s in vain for ${what}.`);
    await delay(100);
  }
}
