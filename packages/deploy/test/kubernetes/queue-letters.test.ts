// Dead letters of queues in Postgres: a real server, found by what the Secret of a cluster says.
import { open } from "@faasade/connectors/queue/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import {
  missingPostgres,
  type PostgresServer,
  startPostgres,
} from "../../../connectors/test/sql/postgres-server.ts";
import { kubectlAt } from "../../src/kubernetes/kubectl.ts";
import { queueLetters } from "../../src/kubernetes/stage/queue-letters.ts";
import type { Ledger } from "../../src/ledger.ts";
import { openTools, type Tools } from "../tool-doubles.ts";

const folder = findPostgres();
if (folder === undefined) notProved("dead letters of queues in Postgres", ...missingPostgres);

describe.skipIf(folder === undefined)("queues of a stage on a cluster", () => {
  let server: PostgresServer;
  let tools: Tools;
  let url: string;
  const opened: string[] = [];
  const id = { app: "shop", stage: "demo", platform: "kubernetes", name: "shop-demo" };
  const ledger = {
    ...{ app: "shop", stage: "demo", platform: "kubernetes", resources: {} },
    drivers: { "queue/mails": "sql", "queue/deliveries": "sql", "queue/other": "sqs" },
  } as unknown as Ledger;

  beforeAll(async () => {
    server = await startPostgres(folder ?? "");
    url = await server.newDatabase();
    // Within the cluster the database has the name of a Service.
    const within = url.replace(/127\.0\.0\.1:\d+/, "postgres.data.svc");
    const encoded = Buffer.from(within).toString("base64");
    tools = await openTools({
      kubectl: `case "$*" in *OTHER_URL*) exit 9 ;; *) printf %s '${encoded}' ;; esac`,
    });
  }, 60_000);
  afterAll(async () => {
    tools?.dispose();
    await server?.stop();
  });

  const letters = () =>
    queueLetters({
      ...{ kubectl: kubectlAt({}), id, place: {}, ledger },
      forwards: {
        open: async (namespace, to, port) => {
          opened.push(`${namespace} ${to} ${port}`);
          return server.port;
        },
        close: async () => {},
      },
    });

  async function giveUp(name: string, message: string, reason: string): Promise<void> {
    const queue = await open(url, { name, clock: { now: Date.now }, configuration: () => undefined });
    await queue.send([
      { id: message, body: Buffer.from(`{"data":"${message}"}`), contentType: "application/json" },
    ]);
    const [held] = await queue.receive({ max: 1, visibilitySeconds: 30 });
    await queue.bury(held?.receipt ?? "", reason);
    await queue.close();
  }

  it("lists what its queues and its functions' deliveries gave up, and nobody else's", async () => {
    await giveUp("mails", "m1", "the address is wrong");
    await giveUp("shop/resize", "o1", "it is no picture");
    await giveUp("elsewhere", "e1", "of another app");
    expect(await letters().list()).toEqual([
      expect.objectContaining({
        id: "m1",
        queue: "mails",
        reason: "the address is wrong",
        body: '{"data":"m1"}',
      }),
      expect.objectContaining({ id: "o1", function: "resize", reason: "it is no picture" }),
    ]);
    expect(new Set(opened)).toEqual(new Set(["data service/postgres 5432"]));
  });

  it("puts one back into its queue, with all attempts before it, and leaves the others", async () => {
    expect(await letters().replay(["o1", "nobody"])).toEqual(["o1"]);
    expect(await letters().replay(["e1"])).toEqual([]);
    expect((await letters().list()).map(({ id }) => id)).toEqual(["m1"]);
    const queue = await open(url, {
      name: "shop/resize",
      clock: { now: Date.now },
      configuration: () => undefined,
    });
    const [again] = await queue.receive({ max: 1, visibilitySeconds: 30 });
    await queue.close();
    expect(again).toMatchObject({ id: "o1", attempt: 1 });
  });
});
