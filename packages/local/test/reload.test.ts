// A changed source answers as soon as its process has loaded: nothing on the way waits for time to pass.
import { createHook } from "node:async_hooks";
import { globSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readApp } from "../src/app/discover.ts";
import { AppProcess } from "../src/app/process.ts";
import { AppSupervisor } from "../src/app/supervisor.ts";
import { watchSources } from "../src/app/watch.ts";
import { type Home, homeAt, prepareData, prepareSockets, removeSockets, socketAddress } from "../src/home.ts";
import { makeRoot, until } from "./harness.ts";

let made: Awaited<ReturnType<typeof makeRoot>>;
let home: Home;
let supervisor: AppSupervisor;
let stopWatching: () => void;

beforeAll(async () => {
  made = await makeRoot();
  home = homeAt(made.root, { FAASADE_DATA: made.data });
  await prepareData(home);
  await prepareSockets(home);
  const source = await readApp(home.apps, "probe");
  if (source === undefined) throw new Error("The fixture has no app probe.");
  supervisor = new AppSupervisor({
    source,
    readSource: () => readApp(home.apps, "probe"),
    startProcess: (generation) =>
      new AppProcess({
        start: {
          type: "start",
          app: "probe",
          functionFiles: supervisor.source.functionFiles,
          socket: socketAddress(home, `probe-${generation}`),
          settingsFile: join(made.data, "settings.json"),
          settings: {},
          secretsFolder: join(made.data, "secrets"),
          pipe: socketAddress(home, "sql"),
          callSocket: socketAddress(home, "calls"),
          mailPort: 0,
          brokerPort: 0,
          storesFolder: join(made.data, "stores"),
          engines: {},
          publicUrl: "http://127.0.0.1/probe",
          aheadMilliseconds: 0,
        },
        folder: source.folder,
        environment: { ...process.env, NODE_COMPILE_CACHE: compiledFolder() },
        onLog: () => {},
        onInvoked: () => {},
        onOutput: () => {},
      }),
    onReady: async () => () => {},
    onGone: async () => {},
    onState: () => {},
  });
  stopWatching = watchSources({ folders: [join(source.folder, "src")] }, () => supervisor.replace());
  await supervisor.replace();
}, 120_000);

afterAll(async () => {
  stopWatching?.();
  await supervisor?.stop();
  if (home !== undefined) await removeSockets(home);
  await made?.remove();
}, 60_000);

const compiledFolder = (): string => join(made.data, "compiled");

/** Milliseconds of every timer of the local world that rang while `act` ran. */
async function waitsOf(act: () => Promise<unknown>): Promise<number[]> {
  const pending = new Map<number, number>();
  const rang: number[] = [];
  const hook = createHook({
    init(id, type, _trigger, timer: { _idleTimeout?: number }) {
      if (type === "Timeout" && new Error("here").stack?.includes(join("local", "src")))
        pending.set(id, timer._idleTimeout ?? 0);
    },
    before(id) {
      const milliseconds = pending.get(id);
      if (milliseconds !== undefined) rang.push(milliseconds);
    },
  }).enable();
  await act().finally(() => hook.disable());
  return rang;
}

describe("a reload", { timeout: 120_000 }, () => {
  it("finds compiled what the process that still runs has loaded", async () => {
    const running = await supervisor.running();
    await until("what was compiled", async () => globSync("*/*", { cwd: compiledFolder() }).length > 20);
    expect(running.isRunning).toBe(true);
  });

  it("waits for a burst of changes to end, and for no other time to pass", async () => {
    const former = await supervisor.running();
    const waits = await waitsOf(async () => {
      await appendFile(join(supervisor.source.folder, "src/functions/add.ts"), "\n// changed\n");
      await until("the successor", async () => (await supervisor.running()) !== former);
    });
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20);
  });
});
