// The process under the host of ours: one that ended, or took too long, is started anew; one that cannot start says why.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startHere } from "../../src/azure-functions/here/start.ts";
import type { Here } from "../../src/shared/here.ts";

/** Answers with how many requests it has had, but dies and hangs where it is asked to. */
const handler = `import { createServer } from "node:http";
let count = 0;
createServer((request, response) => {
  if (request.url === "/api/die") process.exit(7);
  if (request.url === "/api/hang") return;
  if (request.url.startsWith("/api")) count += 1;
  response.end(String(count));
}).listen(Number(process.env.FUNCTIONS_CUSTOMHANDLER_PORT), "127.0.0.1");`;

async function start(program: string, timeoutSeconds = 30): Promise<Here> {
  const built = await mkdtemp(join(tmpdir(), "faasade-azure-"));
  onTestFinished(() => rm(built, { recursive: true }));
  const customHandler = { description: { defaultExecutablePath: "node", arguments: ["index.mjs"] } };
  const files = {
    "host.json": JSON.stringify({ version: "2.0", customHandler }),
    "local.settings.json": JSON.stringify({ IsEncrypted: false, Values: {} }),
    "Http/function.json": JSON.stringify({
      bindings: [{ type: "httpTrigger", direction: "in", name: "req", route: "{*path}" }],
    }),
    "index.mjs": program,
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(built, path)), { recursive: true });
    await writeFile(join(built, path), content);
  }
  const here = await startHere({
    folder: built,
    built,
    environment: {},
    timeoutSeconds,
    port: 0,
    onOutput: () => {},
  });
  onTestFinished(() => here.stop());
  return here;
}

const ask = async ({ url }: Here, path: string) => {
  const reply = await fetch(url + path);
  return [reply.status, await reply.text()];
};

describe("an app's process", () => {
  it("that ended is started anew, and whom it left is told", async () => {
    const here = await start(handler);
    expect([await ask(here, "/a"), await ask(here, "/a")]).toEqual([
      [200, "1"],
      [200, "2"],
    ]);
    expect((await ask(here, "/die"))[0]).toBe(502);
    const replies = await Promise.all([ask(here, "/a"), ask(here, "/a")]);
    expect(replies.sort()).toEqual([
      [200, "1"],
      [200, "2"],
    ]);
  });

  it("that takes too long is ended, and started anew", async () => {
    const here = await start(handler, 1);
    await ask(here, "/a");
    expect(await ask(here, "/hang")).toEqual([502, expect.stringContaining("took longer than 1 s")]);
    expect(await ask(here, "/a")).toEqual([200, "1"]);
  });

  it("that does not start says why", async () => {
    await expect(start("throw new Error('no luck');")).rejects.toThrow(/Cannot start the app in .*no luck/s);
  });
});
