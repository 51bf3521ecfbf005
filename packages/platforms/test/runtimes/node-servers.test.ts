import { join } from "node:path";
import { expect, it } from "vitest";
import { killAfterwards } from "./afterwards.ts";
import { startFaasJsRuntime } from "./faas-js-runtime.ts";
import { startFunctionsFramework } from "./functions-framework.ts";
import { describeInside } from "./installed.ts";
import { type NodeServer, startNodeServer } from "./node-server.ts";
import { until } from "./program.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const environment = { SETTING: "on" };
const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254, 0x0a, 0x0d, 0xc3, 0x28]);
const post = { method: "POST", body: bytes, headers: { "content-type": "application/octet-stream" } };

describeInside("Google's functions-framework", ["npm"], () => {
  const folder = join(fixtures, "functions-framework");
  const start = async (target: string) =>
    killAfterwards(await startFunctionsFramework({ folder, target, environment }));

  it("serves an exported function, byte for byte", async () => {
    const { url } = await start("reverse");
    await expectReversed(await fetch(url, post));
  });

  it("answers a thrown error with 500", async () => {
    const { url, logs } = await start("fail");
    expect((await fetch(url)).status).toBe(500);
    await until(() => logs().includes("cannot read the moon") || undefined);
  });

  it("drops a request on SIGTERM", async () => {
    const server = await start("slow");
    await expectDropped(server, server.url);
  });

  it("does not start without the function", async () => {
    await expect(start("nothing")).rejects.toThrow(/'nothing' is not defined/);
  });
});

describeInside("Knative's faas-js-runtime", ["npm"], () => {
  const folder = join(fixtures, "faas-js-runtime");
  const start = async (file = "index.mjs") =>
    killAfterwards(await startFaasJsRuntime({ folder, file, environment }));

  it("serves an exported function, byte for byte", async () => {
    const { url } = await start();
    await expectReversed(await fetch(url, post));
  });

  it("answers a thrown error with 500, and every path but its own with 404", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/?fail=1`, post)).status).toBe(500);
    expect((await fetch(`${url}/sub/path`, post)).status).toBe(404);
  });

  it("drops a request on SIGTERM", async () => {
    const server = await start();
    await expectDropped(server, `${server.url}/?slow=1`);
  });

  it("does not start without the file", async () => {
    await expect(start("nowhere.mjs")).rejects.toThrow(/nowhere\.mjs/);
  });
});

describeInside("a server written for Node", [], () => {
  it("is refused when it does not take the port that it is told", async () => {
    const script = 'require("node:http").createServer().listen(process.env.OTHER_PORT ?? 8099)';
    const started = startNodeServer(["-e", script], { cwd: fixtures, environment: { PORT: "0" } });
    await expect(started).rejects.toThrow("it was told port 0 and took 8099");
  });
});

async function expectReversed(response: Response): Promise<void> {
  expect([response.status, response.headers.get("x-setting")]).toEqual([201, "on"]);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(bytes).reverse());
}

/** What these runtimes do, and an artefact of ours in the same place must not. */
async function expectDropped(server: NodeServer, url: string): Promise<void> {
  const answer = fetch(url, post).then(
    ({ status }) => status,
    () => "no answer",
  );
  await until(() => server.logs().includes("began") || undefined);
  await server.stop("SIGTERM");
  expect(["no answer", 500]).toContain(await answer);
}
