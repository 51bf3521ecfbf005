// The library in a bundle, as artefacts carry it: it still finds the host, which is a module that only the worker has.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWith } from "./node-worker.ts";

const source = join(import.meta.dirname, "../../src/azure-functions");
const entry = `
  import { http, text } from "@faasade/core";
  import { outlineTrigger } from "@faasade/core/adapter";
  import { register } from ${JSON.stringify(join(source, "runtime.ts"))};
  const trigger = http("GET /hi/{name}", { auth: "public" });
  const page = { name: "page", trigger, handle: ({ params }) => text("hi " + params.name, { headers: { "set-cookie": ["a=1==", "b=2, x"] } }) };
  const load = async () => ({ default: page });
  register({ app: "suite", functions: [{ name: "page", trigger: outlineTrigger(trigger), load }], drivers: {} });
`;

describe("a bundle", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "faasade-azure-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("registers its functions, and its replies keep every cookie as it is", { timeout: 60_000 }, async () => {
    await build({
      stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
      outfile: join(folder, "index.mjs"),
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      mainFields: ["module", "main"],
      external: ["@azure/functions-core"],
      banner: {
        js: 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);',
      },
    });
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    const worker = await startWith(() => import(pathToFileURL(join(folder, "index.mjs")).href));
    expect([...worker.registered.keys()]).toEqual(["Http"]);
    const outcome = await worker.deliver({ kind: "request", request: { method: "GET", path: "/hi/you" } });
    const { reply } = outcome as Extract<typeof outcome, { reply: unknown }>;
    expect([reply.status, Buffer.from(reply.body).toString()]).toEqual([200, "hi you"]);
    const cookies = reply.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
    expect(cookies).toEqual(["a=1==", "b=2, x"]);
  });
});
