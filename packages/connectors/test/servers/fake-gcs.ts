// fake-gcs-server, an emulator of Cloud Storage, with its objects in memory.
import type { ObjectStoreHarness } from "../../src/object-store/conformance.ts";
import { open } from "../../src/object-store/gcs/index.ts";
import { installedPath } from "./installed.ts";
import { freePort, startServer, until } from "./server-process.ts";

export interface FakeGcs {
  readonly endpoint: string;
  createBucket(name: string): Promise<void>;
  /** What the driver is told of a bucket, or of what is under a prefix of one. */
  url(place: string): string;
  stop(): Promise<void>;
}

export async function startFakeGcs(): Promise<FakeGcs> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const flags = ["-scheme=http", "-host=127.0.0.1", `-port=${port}`, "-backend=memory", "-log-level=error"];
  const server = startServer(installedPath("go", "fake-gcs-server"), [
    ...flags,
    `-external-url=${endpoint}`,
    `-public-host=127.0.0.1:${port}`,
  ]);
  const answers = () =>
    fetch(`${endpoint}/storage/v1/b?project=test`).then(
      () => true,
      () => undefined,
    );
  await until(answers);
  return {
    endpoint,
    async createBucket(name) {
      const headers = { "content-type": "application/json" };
      const reply = await fetch(`${endpoint}/storage/v1/b?project=test`, {
        method: "POST",
        headers,
        body: JSON.stringify({ name }),
      });
      if (!reply.ok) throw new Error(`Cannot create ${name}: ${await reply.text()}`);
    },
    url: (place) => `gs://${place}?endpoint=${encodeURIComponent(endpoint)}`,
    stop: () => server.stop(),
  };
}

/** Each store is a bucket of its own. */
export function gcsHarness(server: () => FakeGcs): ObjectStoreHarness {
  let stores = 0;
  return {
    title: "the gcs driver and fake-gcs-server",
    capabilities: { conditionalPut: true, signatures: "unchecked", keys: "any", order: "utf8" },
    async create() {
      stores += 1;
      const bucket = `store-${stores}`;
      await server().createBucket(bucket);
      return { driver: open(server().url(bucket)), again: async () => open(server().url(bucket)) };
    },
  };
}
