// Supervises one app of a world: how its processes are started, what they are told, and when they are replaced.
import { join } from "node:path";
import type { LogLevel } from "@faasade/core/adapter";
import type { AppState } from "../control/api.ts";
import { secretsFolder, socketAddress } from "../home.ts";
import type { World } from "../world.ts";
import { type AppSource, manifestOf, readApp } from "./discover.ts";
import { AppProcess } from "./process.ts";
import type { StartMessage } from "./protocol.ts";
import { AppSupervisor, type SupervisorOptions } from "./supervisor.ts";
import { watchSources } from "./watch.ts";

export interface SuperviseOptions extends Pick<SupervisorOptions, "onReady" | "onGone"> {
  /** Its source takes long to load. */
  readonly onSlow: (line: string) => void;
}

/** Makes the supervisor of an app and watches its source; `replace()` starts its first process. */
export function superviseApp(
  world: World,
  source: AppSource,
  { onReady, onGone, onSlow }: SuperviseOptions,
): AppSupervisor {
  const { name, folder } = source;
  const log = (line: string, level: LogLevel): void =>
    world.logs.output(name, line, world.clock.now(), level);
  let before: AppState["state"] | undefined;
  const supervisor: AppSupervisor = new AppSupervisor({
    source,
    readSource: () => readApp(world.home.apps, name),
    startProcess: (generation) =>
      new AppProcess({
        start: startMessage(world, supervisor.source, generation),
        folder,
        environment: { ...process.env, FAASADE_PIPE_TOKEN: world.pipeToken },
        onLog: (record) => world.logs.record(name, record),
        onInvoked: (functionName, result) => {
          world.counts.add(`${name}/${functionName}`, result);
          world.changed();
        },
        onOutput: log,
      }),
    onReady,
    onGone,
    onState: () => {
      const { state, problem } = supervisor;
      if (state === "failed") log(`${name} does not start: ${problem}`, "error");
      else if (state === "gone") log(`${name} is stopped: ${problem}. What waits for it is kept.`, "error");
      else if (problem !== undefined) {
        log(`${name} is not up yet: ${problem}.`, "warn");
        onSlow(`${name} is not up yet: ${problem}`);
      }
      if (state !== before)
        world.journal.note({ kind: "app", id: name, app: name, title: `${name} is ${state}` });
      before = state;
      world.changed();
    },
  });
  const code = join(folder, "src");
  const watched = { folders: [code], entries: [folder, code, manifestOf(folder)] };
  supervisor.onStop(watchSources(watched, () => supervisor.replace()));
  return supervisor;
}

function startMessage(
  { home, clock, engines, gatewayOrigin, mailPort, brokerPort }: World,
  { name, functionFiles, settings }: AppSource,
  generation: number,
): StartMessage {
  return {
    type: "start",
    app: name,
    functionFiles,
    socket: socketAddress(home, `${name}-${generation}`),
    settingsFile: join(home.data, "settings", `${name}.json`),
    settings,
    secretsFolder: secretsFolder(home, name),
    pipe: socketAddress(home, "sql"),
    callSocket: socketAddress(home, "calls"),
    mailPort,
    brokerPort,
    storesFolder: join(home.data, "stores"),
    engines,
    publicUrl: `${gatewayOrigin}/${name}`,
    aheadMilliseconds: clock.aheadMilliseconds,
  };
}
