// The control interface under what no client of ours sends: bodies without end, values that mean nothing; and what it counts.
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Status } from "../src/control/api.ts";
import { objectRoutes } from "../src/control/objects.ts";
import { type ControlServer, openControl } from "../src/control/server.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

interface Problem {
  readonly status: number;
  readonly detail: string;
}

const maxObjectBytes = 1000;
let world: World;
/** As the world's own, but for small objects. */
let small: ControlServer;
let remove: () => Promise<void>;

beforeAll(async () => {
  const made = await makeRoot();
  ({ remove } = made);
  world = await World.start({ home: homeAt(made.root, { FAASADE_DATA: made.data }) });
  small = await openControl(objectRoutes(world, maxObjectBytes), {
    port: 0,
    token: world.token,
    page: async () => ({ headers: {}, files: new Map() }),
  });
}, 120_000);

afterAll(async () => {
  await small?.close();
  await world?.stop();
  await remove?.();
}, 60_000);

const origin = (): string => new URL(world.pageUrl).origin;
const authorized = (): Record<string, string> => ({ authorization: `Bearer ${world.token}` });

/** Sends what `chunks` gives until an answer has come; no more. */
async function send(
  method: string,
  url: string,
  chunks: Iterable<Uint8Array>,
  headers: Readonly<Record<string, string | number>> = {},
): Promise<Problem> {
  const outgoing = request(url, { method, headers: { ...authorized(), ...headers } });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  let isAnswered = false;
  answered.then(
    () => (isAnswered = true),
    () => (isAnswered = true),
  );
  outgoing.flushHeaders();
  for (const chunk of chunks) {
    if (isAnswered) break;
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, "drain"), answered]);
  }
  if (!isAnswered && headers["content-length"] === undefined) outgoing.end();
  const [incoming] = await answered;
  const said = (await json(incoming)) as Problem;
  outgoing.destroy();
  return { ...said, status: incoming.statusCode ?? 0 };
}

function* endless(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(65_536);
}
const bytes = (length: number): Uint8Array[] => [new Uint8Array(length)];

describe("an object that is put", () => {
  const keys = async (): Promise<string[]> =>
    (await (await world.stores.open("probe", "done")).list({ prefix: "cap/", limit: 100 })).objects.map(
      ({ key }) => key,
    );
  const put = (key: string, chunks: Iterable<Uint8Array>, headers?: Record<string, number>) =>
    send("PUT", `${small.origin}/control/objects/probe/done/cap/${key}`, chunks, headers);

  it("is taken up to the limit, whether its size is said or not", async () => {
    await put("chunked", bytes(maxObjectBytes));
    await send("PUT", `${small.origin}/control/objects/probe/done/cap/declared`, bytes(maxObjectBytes), {
      "content-length": maxObjectBytes,
    });
    expect(await keys()).toEqual(["cap/chunked", "cap/declared"]);
  });

  it("beyond the limit is refused with 413 and leaves nothing, though its size is not said", async () => {
    for (const chunks of [bytes(maxObjectBytes + 1), endless()]) {
      expect(await put("too-large", chunks)).toMatchObject({
        status: 413,
        detail: "Cannot accept the body: it is larger than 1000 bytes, the most taken here.",
      });
    }
    expect(await keys()).not.toContain("cap/too-large");
  });

  it("leaves, when it is refused, the connection to whoever asks next", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (method: string, body?: Uint8Array): Promise<[number | undefined, boolean]> => {
      const url = `${small.origin}/control/objects/probe/done${method === "PUT" ? "/cap/too-large" : ""}`;
      const outgoing = request(url, { method, agent, headers: authorized() });
      if (body !== undefined) outgoing.write(body);
      outgoing.end();
      const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
      await once(incoming.resume(), "end");
      return [incoming.statusCode, outgoing.reusedSocket];
    };
    expect(await ask("PUT", new Uint8Array(400_000))).toEqual([413, false]);
    expect(await ask("GET")).toEqual([200, true]);
    agent.destroy();
  });

  it("is refused before its first byte when it says that it is too large", async () => {
    const declared = { "content-length": maxObjectBytes + 1 };
    expect((await put("too-large", [], declared)).status).toBe(413);
    const url = `${origin()}/control/objects/probe/done/cap/too-large`;
    expect(await send("PUT", url, [], { "content-length": (512 << 20) + 1 })).toMatchObject({
      status: 413,
      detail: expect.stringContaining("larger than 512 MiB"),
    });
  });
});

describe("a request that means nothing", () => {
  it.each([
    "events?limit=abc",
    "events?limit=-1",
    "events?limit=0",
    "events?limit=1.5",
    "events?limit=",
    "events?after=x",
    "events?after=1e400",
    "logs?limit=abc",
    "dead-letters?limit=abc",
    "objects/probe/done?limit=abc",
    "stream?after=abc",
  ])("is refused with 400 and the value's name: %s", async (path) => {
    const response = await fetch(`${origin()}/control/${path}`, { headers: authorized() });
    const [, name] = /\?(\w+)=/.exec(path) ?? [];
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(((await response.json()) as Problem).detail).toContain(`"${name}" must be`);
  });

  it.each([
    ["send", { queue: "jobs", delaySeconds: "soon" }],
    ["send", { queue: 1 }],
    ["sql", { database: "ledger", query: "select 1", params: 1 }],
    ["dead-letters/replay", { ids: "all" }],
    ["dead-letters/replay", { queue: 7 }],
    ["invoke", {}],
    ["invoke", { function: "echo", request: "/" }],
    ["invoke", { function: "echo", request: { path: "/echo/x", headers: { a: 1 } } }],
    ["invoke", { function: "echo", request: { path: "/echo/x", method: "G T" } }],
    ["invoke", { function: "echo", request: { path: "/echo/x", body: "a GET has none" } }],
  ])("is refused with 400: %s %j", async (path, body) => {
    const response = await fetch(`${origin()}/control/${path}`, {
      method: "POST",
      headers: authorized(),
      body: JSON.stringify(body),
    });
    expect([response.status, await response.json()]).toMatchObject([400, { code: "invalid" }]);
  });

  it("is refused with 413 when it never ends, and the answer arrives", async () => {
    expect((await send("POST", `${origin()}/control/send`, endless())).status).toBe(413);
  });

  it("takes the largest number for all there is", async () => {
    const query = `events?after=${Number.MAX_SAFE_INTEGER}&limit=${Number.MAX_SAFE_INTEGER}`;
    const response = await fetch(`${origin()}/control/${query}`, { headers: authorized() });
    expect(await response.json()).toEqual({ entries: [] });
  });
});

describe("the counts of a function", () => {
  it("tell what it refused, which is no failure, from what failed", async () => {
    const get = (path: string): Promise<Response> => fetch(`${world.gatewayOrigin}/probe${path}`);
    expect((await get("/sum/1/2")).status).toBe(200);
    expect((await get("/sum/1/x")).status).toBe(400);
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(`${origin()}/control/${path}`, {
        method: "POST",
        headers: authorized(),
        body: JSON.stringify(body),
      });
    await post("invoke", { function: "add", data: { a: 1 } });
    await post("send", { queue: "jobs", data: { name: "refused", refuse: true } });
    const status = async (): Promise<Status> =>
      (await fetch(`${origin()}/control/status`, { headers: authorized() })).json() as Promise<Status>;
    const counts = await until("the counts", async () => {
      const counts = (await status()).apps["probe"]?.counts ?? {};
      return counts["sum"]?.invocations === 2 && counts["work"]?.invocations === 1 && counts;
    });
    expect(counts["sum"]).toEqual({ invocations: 2, refused: 1, failures: 0 });
    expect(counts["add"]).toEqual({ invocations: 2, refused: 1, failures: 0 });
    // Nobody hears what an event was refused for: it is in the dead letter now.
    expect(counts["work"]).toEqual({ invocations: 1, refused: 0, failures: 1 });
  });
});
