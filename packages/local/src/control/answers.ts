// What the world looks like from outside.
import type { AppSupervisor } from "../app/supervisor.ts";
import { shownEngine } from "../engines/engines.ts";
import type { World } from "../world.ts";
import type {
  AppState,
  AppStatus,
  ClockState,
  FunctionState,
  QueueState,
  Status,
  TopicState,
  World as WorldState,
} from "./api.ts";

export function statusOf(world: World): Status {
  const apps = [...world.apps.values()].map((app) => {
    const named = (kind: string): string[] =>
      app.resources.filter((one) => one.kind === kind).map(({ name }) => name);
    const functions = app.functions.map(({ name }) => name);
    const status: AppStatus = {
      state: app.state,
      ...(app.problem === undefined ? {} : { problem: app.problem }),
      functions,
      stores: named("object-store"),
      queues: named("queue"),
      topics: named("topic"),
      counts: Object.fromEntries(
        functions.map((name) => [name, world.counts.of(`${app.source.name}/${name}`)]),
      ),
    };
    return [app.source.name, status] as const;
  });
  return {
    ready: world.isReady,
    ...(world.disk.problem === undefined ? {} : { problem: world.disk.problem }),
    page: world.pageUrl,
    gateway: world.gatewayOrigin,
    apps: Object.fromEntries(apps),
  };
}

export async function worldState(world: World): Promise<WorldState> {
  return {
    ready: world.isReady,
    gateway: world.gatewayOrigin,
    data: world.home.data,
    engines: Object.fromEntries(
      Object.entries(world.engines).map(([kind, url]) => [kind, shownEngine(url as string)]),
    ),
    clock: clockState(world),
    chaos: world.chaos.state,
    apps: await Promise.all([...world.apps.values()].map((app) => appState(world, app))),
  };
}

export function clockState({ clock }: World): ClockState {
  return { now: new Date(clock.now()).toISOString(), aheadMilliseconds: clock.aheadMilliseconds };
}

async function appState(world: World, app: AppSupervisor): Promise<AppState> {
  const { name, description, try: line, page } = app.source;
  const url = `${world.gatewayOrigin}/${name}`;
  const own = app.resources.filter((resource) => !resource.name.includes("/"));
  return {
    name,
    description,
    state: app.state,
    ...(app.problem === undefined ? {} : { problem: app.problem }),
    url,
    ...(page === undefined ? {} : { page: `${url}${page}` }),
    ...(line === undefined ? {} : { try: line.replaceAll("{url}", url) }),
    functions: await Promise.all(app.functions.map((description) => functionState(world, name, description))),
    stores: await Promise.all(
      own
        .filter(({ kind }) => kind === "object-store")
        .map(({ name: store }) => world.stores.summary(name, store)),
    ),
    queues: await Promise.all(
      own
        .filter(({ kind }) => kind === "queue")
        .map(({ name: queue }) => queueState(world, `${name}/${queue}`, `${name}/${queue}`)),
    ),
    topics: own
      .filter(({ kind }) => kind === "topic")
      .map(({ name: topic }) => topicState(world, `${name}/${topic}`)),
    databases: own.filter(({ kind }) => kind === "sql").map(({ name: database }) => database),
    mails: own
      .filter(({ kind }) => kind === "mail")
      .map(({ name: mail }) => ({ name: mail, kept: world.mails.count(name, mail) })),
  };
}

async function functionState(
  world: World,
  app: string,
  description: AppSupervisor["functions"][number],
): Promise<FunctionState> {
  const name = `${app}/${description.name}`;
  const counts = world.counts.of(name);
  const { trigger } = description;
  const { kind } = trigger;
  const nextDue = kind === "schedule" ? world.scheduler.nextDue(name) : undefined;
  const isTopic = kind === "message" && trigger.sourceKind === "topic";
  const delivered = kind === "schedule" || kind === "object" || isTopic;
  return {
    ...description,
    ...counts,
    ...(nextDue === undefined ? {} : { nextDue: new Date(nextDue).toISOString() }),
    ...(delivered ? { deliveries: await queueState(world, name, world.queues.deliveriesOf(name)) } : {}),
  };
}

function topicState(world: World, name: string): TopicState {
  return {
    name,
    address: `mqtt://127.0.0.1:${world.brokerPort}/${name}`,
    subscribers: (world.wirings.topic(name)?.subscribers ?? []).map(
      ({ app, functionName }) => `${app}/${functionName}`,
    ),
  };
}

async function queueState(world: World, shown: string, name: string): Promise<QueueState> {
  return { name: shown, ...(await (await world.queues.open(name)).depth()) };
}
