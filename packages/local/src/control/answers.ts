// What the world looks like from outside, and what can be asked of its queues and databases.
import { isUtf8 } from "node:buffer";
import { FunctionError } from "@faasade/core";
import type { AppSupervisor } from "../app/supervisor.ts";
import type { World } from "../world.ts";
import type {
  AppState,
  AppStatus,
  ClockState,
  DeadLetterEntry,
  FunctionState,
  QueueState,
  Status,
  World as WorldState,
} from "./api.ts";

export function statusOf(world: World): Status {
  const apps = [...world.apps.values()].map((app) => {
    const named = (kind: string): string[] =>
      app.resources.filter((one) => one.kind === kind).map(({ name }) => name);
    const functions = app.functions.map(({ name }) => name);
    const status: AppStatus = {
      state: app.state,
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
    databases: own.filter(({ kind }) => kind === "sql").map(({ name: database }) => database),
  };
}

async function functionState(
  world: World,
  app: string,
  description: AppSupervisor["functions"][number],
): Promise<FunctionState> {
  const name = `${app}/${description.name}`;
  const counts = world.counts.of(name);
  const { kind } = description.trigger;
  const nextDue = kind === "schedule" ? world.scheduler.nextDue(name) : undefined;
  const delivered = kind === "schedule" || kind === "object";
  return {
    ...description,
    ...counts,
    ...(nextDue === undefined ? {} : { nextDue: new Date(nextDue).toISOString() }),
    ...(delivered ? { deliveries: await queueState(world, name, world.queues.deliveriesOf(name)) } : {}),
  };
}

async function queueState(world: World, shown: string, name: string): Promise<QueueState> {
  return { name: shown, ...(await world.queues.get(name).depth()) };
}

/** Dead letters of one queue, or of all; deliveries of a function count as its queue. */
export async function deadLetterEntries(
  world: World,
  queue: string | undefined,
  limit: number,
): Promise<DeadLetterEntry[]> {
  const found: DeadLetterEntry[] = [];
  for (const { shown, name } of queuesOf(world, queue)) {
    for (const letter of await world.queues.get(name).deadLetters({ limit: Math.min(limit, 1000) })) {
      const { id, reason, attempts, contentType } = letter;
      found.push({
        queue: shown,
        id,
        reason,
        attempts,
        contentType,
        deadAt: new Date(letter.deadAt).toISOString(),
        body: readable(letter.body),
      });
    }
  }
  return found.sort((a, b) => b.deadAt.localeCompare(a.deadAt)).slice(0, limit);
}

export async function replayDeadLetters(
  world: World,
  queue: string | undefined,
  ids: readonly string[] | undefined,
): Promise<{ replayed: number }> {
  let replayed = 0;
  for (const { shown, name } of queuesOf(world, queue)) {
    const driver = world.queues.get(name);
    const all = ids ?? (await driver.deadLetters({ limit: 10_000 })).map(({ id }) => id);
    const back = await driver.replay(all);
    replayed += back.length;
    for (const id of back) world.journal.note({ kind: "operator", id, title: `replayed to ${shown}` });
  }
  return { replayed };
}

function queuesOf(world: World, only: string | undefined): { shown: string; name: string }[] {
  const all = world.queues.known();
  if (only === undefined) return all;
  const matching = all.filter(({ shown }) => shown === only || shown.endsWith(`/${only}`));
  if (matching.length > 0) return matching;
  const names = [...new Set(all.map(({ shown }) => shown))].join(", ") || "none";
  throw new FunctionError("not_found", `Cannot find the queue ${only}. There are: ${names}.`);
}

/** Runs one statement in a database of an app, as its operator. */
export async function runSql(
  world: World,
  database: string,
  query: string,
  params: readonly unknown[],
): Promise<unknown> {
  const names = [...world.apps.values()].flatMap((app) =>
    app.resources
      .filter(({ kind }) => kind === "sql")
      .map(({ name }) => (name.includes("/") ? name : `${app.source.name}/${name}`)),
  );
  const found = [...new Set([...names, "world"])].filter(
    (name) => name === database || name.endsWith(`/${database}`),
  );
  if (found.length !== 1) {
    throw new FunctionError(
      "not_found",
      `Cannot find one database named ${database}. There are: ${[...names, "world"].join(", ")}.`,
    );
  }
  const driver = await world.databases.get(found[0] as string);
  const { rows, count } = await driver.transaction(async (session) => {
    // What the world keeps of itself is to look at: a change would be seen by nobody who relies on it.
    if (found[0] === "world") await session.query("set transaction read only");
    return session.query(query, params);
  });
  return { rows, count };
}

function readable(body: Uint8Array): string {
  return Buffer.from(body).toString(isUtf8(body) ? "utf8" : "base64");
}
