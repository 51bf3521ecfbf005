// Where a world keeps its data and is found: folders that cannot be made, records that outlived it, paths that are long.
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findWorld } from "../src/control/client.ts";
import {
  ensureSecret,
  type Home,
  homeAt,
  prepareData,
  prepareSockets,
  removeSockets,
  socketAddress,
  writeHostRecord,
} from "../src/home.ts";

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-home-"));
  home = homeAt(folder, {});
  await prepareData(home);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the data", () => {
  it.runIf(process.platform === "linux")(
    "is refused, with the folder that cannot be made, where there are others but none can be added (Linux)",
    async () => {
      const refused = { code: "ENOENT", syscall: "mkdir", path: "/proc/x" };
      for (const data of ["/proc/x", "/proc/x/y/z"])
        await expect(prepareData({ ...home, data })).rejects.toMatchObject(refused);
    },
  );

  it("is refused below what is a file", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    for (const data of [file, join(file, "data")])
      await expect(prepareData({ ...home, data })).rejects.toMatchObject({ syscall: "mkdir" });
  });

  it.skipIf(process.platform === "win32")(
    "is closed to other users: its folders, its secrets, and where its world is (not on Windows, which has no modes)",
    async () => {
      const open = { ...home, data: join(folder, "open") };
      await mkdir(join(open.data, "stores"), { recursive: true, mode: 0o755 });
      await prepareData(open);
      await ensureSecret(open, "shop", "KEY");
      await writeHostRecord(open, { pid: process.pid, page: "", gateway: "", token: "sesame" });
      const paths = ["stores", "databases", "logs", "secrets/shop", "secrets/shop/KEY", "host.json"];
      const modes = await Promise.all(
        paths.map(async (path) => (await stat(join(open.data, path))).mode & 0o77),
      );
      expect(modes).toEqual(paths.map(() => 0));
    },
  );

  it("is made ready by two starts at the same time", async () => {
    const data = join(folder, "deep", "data");
    await Promise.all([prepareData({ ...home, data }), prepareData({ ...home, data })]);
  });
});

describe("the record of a world", () => {
  const token = "the-token-of-a-start";
  let server: Server;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  /** A record with the number of a process that lives, and what listens on its port. */
  async function leave(listener: RequestListener, record: object = {}): Promise<void> {
    server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const page = `http://127.0.0.1:${port}`;
    const whole = { pid: process.pid, page, gateway: page, token, ...record };
    await writeFile(join(home.data, "host.json"), JSON.stringify(whole));
  }
  const answerToken: RequestListener = ({ headers }, response) => {
    response.writeHead(headers.authorization === `Bearer ${token}` ? 200 : 401).end("{}");
  };

  it("is believed when a world answers to its token", async () => {
    await leave(answerToken);
    expect((await findWorld(home))?.record.token).toBe(token);
  });

  it("is not, when nothing answers although a process has its number", async () => {
    await leave(answerToken, { page: "http://127.0.0.1:1" });
    expect(await findWorld(home)).toBeUndefined();
  });

  it("is not, when another world or another program answers at its port", async () => {
    await leave(answerToken, { token: "of-an-earlier-start" });
    expect(await findWorld(home)).toBeUndefined();
    await leave((_, response) => response.writeHead(404).end("<h1>Not here</h1>"));
    expect(await findWorld(home)).toBeUndefined();
  });

  it("is believed of a world that is too busy to answer soon, so that no second one is started", async () => {
    await leave(() => {});
    expect((await findWorld(home, 200))?.record.token).toBe(token);
  });
});

describe.skipIf(process.platform === "win32")("a socket's path (not on Windows: pipes have names)", () => {
  // The limit of macOS, the lowest there is.
  const limitBytes = 103;
  const names = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,80}-[0-9]{1,6}$/, { size: "max" }),
    fc.string({ maxLength: 90, size: "max" }),
  );
  const folders = fc.integer({ min: 1, max: 200 }).map((length) => `/${"t".repeat(length)}`);

  it("is short, however long data, app and temporary folder are; another name has another", () => {
    fc.assert(
      fc.property(names, names, folders, fc.string(), (one, other, temporary, data) => {
        const path = (name: string): string => socketAddress({ ...home, data }, name, temporary);
        const fit = [one, other].map((name) => name.replaceAll(/[/\\.\0]/g, ""));
        const [first = "", second = ""] = fit.map(path);
        expect(Buffer.byteLength(first)).toBeLessThanOrEqual(limitBytes);
        expect(first === second).toBe(fit[0] === fit[1]);
        expect(dirname(first)).toBe(dirname(second));
      }),
    );
  });

  it("stays readable where it is short anyway", () => {
    expect(basename(socketAddress(home, "hello-1"))).toBe("hello-1.sock");
  });

  it("can be listened on", async () => {
    const app = "an-app-whose-name-says-at-length-what-it-is-for-".repeat(3);
    await prepareSockets(home);
    const server = createSocketServer().listen(socketAddress(home, `${app}-1`));
    await once(server, "listening");
    server.close();
    await removeSockets(home);
  });
});
