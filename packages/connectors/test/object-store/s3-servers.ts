// The two servers that stand in for S3: one from npm in this process, one strict in its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import type { ObjectStoreHarness } from "../../src/object-store/conformance.ts";
import { open } from "../../src/object-store/s3/index.ts";

export interface S3Server {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const accessKeyId = "faasade-test";
const secretAccessKey = "no-secret-at-all";

/** The driver takes its credentials where the SDK finds them. */
export function useTestCredentials(): void {
  process.env["AWS_ACCESS_KEY_ID"] = accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = secretAccessKey;
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
}

export async function startLenientS3(): Promise<S3Server> {
  const dataDir = await mkdtemp(join(tmpdir(), "faasade-fauxqs-"));
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, dataDir });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** @param options more flags, such as where to post notifications */
export async function startStrictS3(versitygw: string, options: readonly string[] = []): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "faasade-versitygw-"));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(versitygw, ["--port", address, "--quiet", ...options, "posix", folder], {
    env: { ...process.env, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const endpoint = `http://${address}`;
  await answers(endpoint, child);
  return {
    endpoint,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function createBucket({ endpoint }: S3Server, bucket: string): Promise<void> {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
}

export function s3Url({ endpoint }: S3Server, place: string): string {
  return `s3://${place}?endpoint=${encodeURIComponent(endpoint)}`;
}

/** Each store is a bucket of its own. */
export function s3Harness(
  server: () => S3Server,
  described: Pick<ObjectStoreHarness, "title" | "capabilities">,
): ObjectStoreHarness {
  let stores = 0;
  return {
    ...described,
    async create() {
      stores += 1;
      await createBucket(server(), `store-${stores}`);
      const url = s3Url(server(), `store-${stores}`);
      return { driver: open(url), again: async () => open(url) };
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

async function answers(endpoint: string, child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}: ${said}`);
    if (Date.now() > deadline) throw new Error(`versitygw did not answer at ${endpoint}: ${said}`);
    const reply = await fetch(endpoint).catch(() => undefined);
    if (reply !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
