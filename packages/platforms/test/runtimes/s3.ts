// A server that speaks S3, with buckets to look into.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";

export interface S3 {
  /** What an artefact is told of a bucket, or of what is under a prefix of one. */
  url(place: string): string;
  get(bucket: string, key: string): Promise<Buffer>;
  remove(bucket: string, key: string): Promise<void>;
  keys(bucket: string): Promise<string[]>;
  stop(): Promise<void>;
}

const region = "eu-central-1";
/** As Lambda has them in its environment; this server asks for nothing. */
const credentials = { accessKeyId: "none", secretAccessKey: "none" };

export async function startS3(...buckets: readonly string[]): Promise<S3> {
  const dataDir = await mkdtemp(join(tmpdir(), "faasade-s3-"));
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, dataDir });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
  return {
    url: (place) => `s3://${place}?region=${region}&endpoint=${encodeURIComponent(endpoint)}`,
    async get(Bucket, Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async remove(Bucket, Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    async keys(Bucket) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = "" }) => Key);
    },
    async stop() {
      client.destroy();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
