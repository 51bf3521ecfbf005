// The apps of a world on real engines, untouched: S3 and SQS from npm, Postgres and a strict S3 server where there are.
import { once } from "node:events";
import { createServer } from "node:net";
import { open as openS3 } from "@faasade/connectors/object-store/s3";
import { open as openPg } from "@faasade/connectors/sql/pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, findVersitygw, notProved } from "../../../tools/not-proved.ts";
import {
  createBucket,
  type S3Server,
  startLenientS3,
  startStrictS3,
  useTestCredentials,
} from "../../connectors/test/object-store/s3-servers.ts";
import {
  missingPostgres,
  type PostgresServer,
  startPostgres,
} from "../../connectors/test/sql/postgres-server.ts";
import type { DeadLetterEntry, World } from "../src/control/api.ts";
import {
  checkEngine,
  type Engines,
  queueUrl,
  schemaOf,
  shownEngine,
  storeUrl,
} from "../src/engines/engines.ts";
import { makeRoot, startWorld, type TestWorld, until } from "./harness.ts";

const postgres = findPostgres();
const versitygw = findVersitygw();
if (postgres === undefined) notProved("a world's databases on Postgres", ...missingPostgres);
if (versitygw === undefined)
  notProved(
    "a world's stores on a strict S3 server",
    "versitygw was not found",
    "npm run faasade -- doctor says how to get it",
  );

let root: string;
let data: string;
let remove: () => Promise<void>;
let world: TestWorld;
let engines: Engines;
let server: PostgresServer | undefined;
const servers: S3Server[] = [];

beforeAll(async () => {
  useTestCredentials();
  const lenient = await startLenientS3();
  servers.push(lenient);
  if (versitygw !== undefined) servers.push(await startStrictS3(versitygw));
  const store = servers.at(-1) as S3Server;
  await createBucket(store, "world");
  if (postgres !== undefined) server = await startPostgres(postgres);
  const at = ({ endpoint }: S3Server) => `region=us-east-1&endpoint=${encodeURIComponent(endpoint)}`;
  engines = {
    objects: `s3://world/dev?${at(store)}`,
    queue: `sqs://dev?${at(lenient)}`,
    ...(server === undefined ? {} : { sql: await server.newDatabase() }),
  };
  ({ root, data, remove } = await makeRoot());
  world = await startWorld(root, data, [], engines);
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await server?.stop();
  for (const one of servers) await one.stop();
  await remove?.();
}, 60_000);

const storeOf = (name: string) => openS3(storeUrl(engines, `probe/${name}`) ?? "");
const keysIn = async (name: string): Promise<string[]> =>
  (await storeOf(name).list({ prefix: "", limit: 1000 })).objects.map(({ key }) => key);
/** Its first delivery makes the table. */
const jobsDone = async (): Promise<string[]> => {
  const query = { database: "probe/ledger", query: "select id from jobs order by id" };
  const { rows } = await world
    .control<{ rows: { id: string }[] }>("POST", "sql", query)
    .catch(() => ({ rows: [] }));
  return rows.map(({ id }) => id);
};
const submit = async (name: string): Promise<number> =>
  (await fetch(`${world.gateway}/probe/submit/${name}`, { method: "POST" })).status;
const send = (body: object) => world.control("POST", "send", { queue: "probe/jobs", data: body });
const letters = async (): Promise<DeadLetterEntry[]> =>
  (await world.control<{ deadLetters: DeadLetterEntry[] }>("GET", "dead-letters?queue=probe/jobs"))
    .deadLetters;

describe("a world on real engines", { timeout: 120_000 }, () => {
  it("seeds the bucket, and starts functions by what comes to lie there, whoever put it and whatever it replaces", async () => {
    const done = async (key: string): Promise<number> =>
      (await keysIn("done")).filter((name) => name.startsWith(`${key}/`)).length;
    const [seed = ""] = await until("the seed", async () => {
      const keys = await keysIn("inbox");
      return keys.length > 0 && keys;
    });
    await until("what came of the seed", async () => (await done(seed)) === 1);
    const inbox = storeOf("inbox");
    await inbox.put("by-hand.txt", Buffer.from("one"), {});
    await until("what came of a stranger's file", async () => (await done("by-hand.txt")) === 1);
    await inbox.put("by-hand.txt", Buffer.from("two"), {});
    await until("what came of its replacement", async () => (await done("by-hand.txt")) === 2);
    await world.control("PUT", "objects/probe/inbox/by-operator.txt", "three");
    await until("what came of the operator's file", async () => (await done("by-operator.txt")) === 1);
    expect(await done(seed)).toBe(1);
    await until("the store's count", async () => {
      const { apps } = await world.state();
      const inboxState = apps[0]?.stores.find(({ name }) => name === "inbox");
      return inboxState?.objects === (await keysIn("inbox")).length;
    });
  });

  it("sends through the queue there, and retries and buries with the reason as at home", async () => {
    expect(await submit("first")).toBe(202);
    await until("the first job", async () => (await jobsDone()).includes("first"));
    await send({ name: "twice", failures: 1 });
    await until("the second attempt", async () => (await jobsDone()).includes("twice"));
    await send({ name: "never", refuse: true });
    const found = await until("the dead letter", async () => {
      const all = await letters();
      return all.length > 0 && all;
    });
    expect(found).toMatchObject([
      { queue: "probe/jobs", reason: expect.stringContaining("Refused by its own word.") },
    ]);
    const ids = found.map(({ id }) => id);
    await expect(world.control("POST", "dead-letters/discard", { queue: "probe/jobs", ids })).rejects.toThrow(
      /Cannot discard the dead letters of probe\/jobs: .* Delete them there/,
    );
  });

  it("loses nothing of what came while it was killed, and runs nothing again that was seen", async () => {
    const before = await keysIn("done");
    expect(await submit("before-the-end")).toBe(202);
    await world.kill();
    await storeOf("inbox").put("meanwhile.txt", Buffer.from("four"), {});
    world = await startWorld(root, data, [], engines);
    await until("the file of meanwhile", async () =>
      (await keysIn("done")).some((key) => key.startsWith("meanwhile.txt/")),
    );
    await until("the job", async () => (await jobsDone()).includes("before-the-end"));
    expect((await keysIn("done")).filter((key) => !key.startsWith("meanwhile.txt/"))).toEqual(before);
  });

  it("says where what is, and no password", async () => {
    const { engines: told } = (await world.control("GET", "world")) as World;
    expect(Object.keys(told).sort()).toEqual(Object.keys(engines).sort());
    if (server !== undefined) expect(JSON.stringify(told)).not.toContain(server.password);
  });

  it.runIf(postgres !== undefined)("keeps each database in a schema of its own", async () => {
    const driver = await openPg(engines.sql ?? "");
    const { rows } = await driver.transaction((session) =>
      session.query<{ place: string }>(
        "select table_schema || '.' || table_name as place from information_schema.tables where table_name = 'jobs'",
      ),
    );
    await driver.close();
    expect(rows).toEqual([{ place: "probe_ledger.jobs" }]);
  });
});

describe("an engine that cannot be used", { timeout: 60_000 }, () => {
  it("keeps the world from starting, which says which one and why", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as { port: number };
    listener.close();
    await once(listener, "close");
    const other = await makeRoot();
    const broken: Engines = { sql: `postgres://me:geheim@127.0.0.1:${port}/db` };
    await expect(startWorld(other.root, other.data, [], broken)).rejects.toThrow(
      new RegExp(`^Cannot use postgres://me:…@127.0.0.1:${port}/db for --sql: (?!.*geheim)`),
    );
    await other.remove();
  });

  it("is refused by its scheme", () => {
    expect(() => checkEngine("sql", "mysql://me:geheim@db/x")).toThrow(
      "Cannot use mysql: for --sql. Write postgres://….",
    );
    expect(() => checkEngine("queue", "dev")).toThrow(
      "Cannot use no URL for --queue. Write sqs://… or postgres://….",
    );
  });
});

describe("the place of a resource", () => {
  it("is its own, whatever apps and resources are called", () => {
    expect(storeUrl({ objects: "s3://b/p/?region=r" }, "etl/lake")).toBe("s3://b/p/etl/lake?region=r");
    expect(queueUrl({ queue: "sqs://dev?region=r" }, "a-b/c")).toBe("sqs://dev-a-b_c?region=r");
    expect(queueUrl({ queue: "sqs:?region=r" }, "a/b-c")).toBe("sqs://faasade-a_b-c?region=r");
    const long = (end: string) => schemaOf(`${"a".repeat(60)}/${end}`);
    expect([long("one").length, long("one") === long("two")]).toEqual([63, false]);
    expect(shownEngine("postgres://me:secret@db/x?password=secret")).not.toContain("secret");
  });
});
