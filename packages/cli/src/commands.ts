// Every command, one line each; its code is loaded when it is asked for.
import type { Command } from "commander";

export interface CommandEntry {
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<{ default: (command: Command) => void }>;
}

const world = "The world:";
const operate = "Work with it:";
const time = "Time and faults:";
const develop = "Develop:";
const deploy = "Deploy:";

export const commands: Readonly<Record<string, CommandEntry>> = {
  up: { group: world, summary: "start the world, until Ctrl-C", load: () => import("./commands/up.ts") },
  status: {
    group: world,
    summary: "what runs, and where its page is",
    load: () => import("./commands/status.ts"),
  },
  stop: { group: world, summary: "stop the running world", load: () => import("./commands/stop.ts") },
  reset: { group: world, summary: "delete the world's data", load: () => import("./commands/reset.ts") },
  doctor: { group: world, summary: "check what a world needs", load: () => import("./commands/doctor.ts") },
  invoke: { group: operate, summary: "start a function now", load: () => import("./commands/invoke.ts") },
  logs: { group: operate, summary: "what functions log", load: () => import("./commands/logs.ts") },
  events: { group: operate, summary: "what happened, and why", load: () => import("./commands/events.ts") },
  objects: {
    group: operate,
    summary: "put, get, list and remove objects",
    load: () => import("./commands/objects.ts"),
  },
  send: { group: operate, summary: "send a message to a queue", load: () => import("./commands/send.ts") },
  publish: {
    group: operate,
    summary: "publish a message on a topic",
    load: () => import("./commands/publish.ts"),
  },
  mails: {
    group: operate,
    summary: "what apps sent by mail, kept here",
    load: () => import("./commands/mails.ts"),
  },
  sql: { group: operate, summary: "ask a database", load: () => import("./commands/sql.ts") },
  "dead-letters": {
    group: operate,
    summary: "what was given up: list, show, replay, discard",
    load: () => import("./commands/dead-letters.ts"),
  },
  clock: {
    group: time,
    summary: "show or move the world's clock",
    load: () => import("./commands/clock.ts"),
  },
  chaos: {
    group: time,
    summary: "inject duplicates, delays and crashes",
    load: () => import("./commands/chaos.ts"),
  },
  inspect: {
    group: develop,
    summary: "bytes, modules, load time and permissions of a function",
    load: () => import("./commands/inspect.ts"),
  },
  build: {
    group: deploy,
    summary: "artefacts and manifests for a platform",
    load: () => import("./commands/build.ts"),
  },
  plan: {
    group: deploy,
    summary: "what a deployment would do, without doing it",
    load: () => import("./commands/plan.ts"),
  },
  deploy: {
    group: deploy,
    summary: "bring an app to a stage of a platform",
    load: () => import("./commands/deploy.ts"),
  },
  destroy: {
    group: deploy,
    summary: "take a stage away again",
    load: () => import("./commands/destroy.ts"),
  },
  run: {
    group: deploy,
    summary: "one built function, here, as a platform runs it",
    load: () => import("./commands/run.ts"),
  },
  smoke: {
    group: deploy,
    summary: "an app's story, against what was deployed",
    load: () => import("./commands/smoke.ts"),
  },
  cluster: {
    group: deploy,
    summary: "a local cluster with Knative: up, down, status",
    load: () => import("./commands/cluster.ts"),
  },
  verify: {
    group: deploy,
    summary: "ask a real stage what the conformance suite asks",
    load: () => import("./commands/verify.ts"),
  },
  matrix: {
    group: deploy,
    summary: "what runs where, and how that was proved",
    load: () => import("./commands/matrix.ts"),
  },
  eject: {
    group: develop,
    summary: "one app in a folder of its own, with what it needs",
    load: () => import("./commands/eject.ts"),
  },
  new: { group: develop, summary: "make an app or a function", load: () => import("./commands/new.ts") },
};
