// Supervises one app of a world: what its processes are told, and when they are replaced.
import { join } from "node:path";
import type { LogLevel } from "@faasade/core/adapter";
import { secretsFolder, socketAddress } from "../home.ts";
import type { World } from "../world.ts";
import { type AppSource, readApp } from "./discover.ts";
import type { ReadyApp } from "./process.ts";
import { AppSupervisor } from "./supervisor.ts";
import { watchSources } from "./watch.ts";

/** Makes the supervisor of an app and watches its source; `replace()` starts its first process. */
export function superviseApp(
  world: World,
  source: AppSource,
  onReady: (app: ReadyApp) => Promise<() => void>,
): AppSupervisor {
  const { home, clock } = world;
  const log = (line: string, level: LogLevel): void =>
    world.logs.output(source.name, line, clock.now(), level);
  const supervisor: AppSupervisor = new AppSupervisor({
    source,
    onReady,
    startMessage: (generation) => ({
      type: "start",
      app: source.name,
      functionFiles: supervisor.source.functionFiles,
      socket: socketAddress(home, `${source.name}-${generation}`),
      settingsFile: join(home.data, "settings", `${source.name}.json`),
      secretsFolder: secretsFolder(home, source.name),
      pipe: socketAddress(home, "sql"),
      callSocket: socketAddress(home, "calls"),
      storesFolder: join(home.data, "stores"),
      publicUrl: `${world.gatewayOrigin}/${source.name}`,
      aheadMilliseconds: clock.aheadMilliseconds,
    }),
    environment: () => ({ ...process.env, FAASADE_PIPE_TOKEN: world.pipeToken }),
    onState: () => {
      if (supervisor.state === "failed") log(`${source.name} does not start: ${supervisor.problem}`, "error");
      world.journal.note({
        kind: "app",
        id: source.name,
        app: source.name,
        title: `${source.name} is ${supervisor.state}`,
      });
      world.changed();
    },
    onLog: (record) => world.logs.record(source.name, record),
    onInvoked: (name, ok) => {
      world.counts.add(`${source.name}/${name}`, ok);
      world.changed();
    },
    onOutput: log,
  });
  const stopWatching = watchSources([join(source.folder, "src")], async () => {
    supervisor.source = (await readApp(home.apps, source.name).catch(() => undefined)) ?? supervisor.source;
    await supervisor.replace();
  });
  supervisor.onStop(stopWatching);
  return supervisor;
}
