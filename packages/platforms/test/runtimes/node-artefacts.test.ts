// Needs apps/image-conversion.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { open } from "@faasade/connectors/object-store/file";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Built, buildFolders } from "./built.ts";
import { freePort, type Program, startProgram, until } from "./program.ts";

const sample = (name: string) =>
  readFile(fileURLToPath(new URL(`../../../../apps/image-conversion/samples/${name}`, import.meta.url)));
const gatewaySecret = "said by the gateway to vouch";

describe("pictures in a Node.js of one's own", () => {
  let built: Built;
  let data: string;
  let app: Program;
  let origin: string;
  const headers = { "content-type": "image/jpeg", "x-faasade-gateway": gatewaySecret };
  const urlOf = (store: string) => pathToFileURL(join(data, store)).href;
  const startApp = async (): Promise<void> => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    app = startProgram(process.execPath, ["index.mjs"], {
      cwd: await built.artefact("image-conversion"),
      environment: {
        PORT: String(port),
        HOST: "127.0.0.1",
        PHOTOS_URL: urlOf("photos"),
        RENDITIONS_URL: urlOf("renditions"),
        FAASADE_STATE: join(data, "state"),
        FAASADE_GATEWAY_SECRET: gatewaySecret,
        PUBLIC_URL: "https://pictures.example.org",
        IMAGE_SIGNING_KEY: "a key of more than thirty-two characters",
      },
    });
    await until(async () => {
      const reply = await fetch(`${origin}/.faasade/health`).catch(() => undefined);
      return reply?.ok === true ? true : undefined;
    });
  };
  const manifests = async (): Promise<number> => {
    const store = await open(urlOf("renditions"), { clock: { now: Date.now } });
    try {
      return (await store.list({ prefix: "manifests/", limit: 10 })).objects.length;
    } finally {
      await store.close();
    }
  };

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "faasade-node-"));
    built = await buildFolders("image-conversion", "node", "process");
    await startApp();
  }, 180_000);
  afterAll(async () => {
    await app.stop("SIGKILL");
    await built.remove();
    await rm(data, { recursive: true, force: true });
  });

  it("are taken by a request, byte for byte, and given back", async () => {
    const photo = await sample("coffee.jpg");
    const url = `${origin}/photos/a%20b/%C3%BC%2B.jpg`;
    expect((await fetch(url, { method: "PUT", headers, body: photo })).status).toBe(201);
    const got = await fetch(url, { headers });
    expect(photo.equals(Buffer.from(await got.arrayBuffer()))).toBe(true);
    expect((await fetch(url)).status).toBe(401);
  });

  it("are converted when they come into their folder, those that came while nothing ran as well", async () => {
    await until(async () => ((await manifests()) === 1 ? true : undefined));
    await app.stop("SIGTERM");
    const store = await open(urlOf("photos"), { clock: { now: Date.now } });
    await store.put("meanwhile.jpg", await sample("coffee.jpg"), { contentType: "image/jpeg" });
    await store.close();
    await startApp();
    await until(async () => ((await manifests()) === 2 ? true : undefined));
    expect(existsSync(join(data, "state", "state.sqlite"))).toBe(true);
  }, 90_000);
});
