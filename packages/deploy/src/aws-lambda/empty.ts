// Objects and buckets that go: every version of every object, page by page.
import type { Aws } from "./aws.ts";
import { explain, explained } from "./failure.ts";

/** @returns how many; undefined when there is no such bucket. */
export async function emptyBucket(
  aws: Aws,
  bucket: string,
  report: (line: string) => void,
): Promise<number | undefined> {
  try {
    return await removeVersions(aws, bucket, "", report);
  } catch (error) {
    if ((error as Error).name === "NoSuchBucket") return undefined;
    throw explain(`empty the bucket ${bucket}`, error);
  }
}

export async function emptyPrefix(aws: Aws, bucket: string, prefix: string): Promise<string | undefined> {
  const count = await explained(`remove ${prefix} from ${bucket}`, () =>
    removeVersions(aws, bucket, prefix, () => {}),
  );
  return count === 0 ? undefined : `${count} objects removed`;
}

export async function removeBucket(aws: Aws, Bucket: string): Promise<void> {
  const { DeleteBucketCommand } = await import("@aws-sdk/client-s3");
  const client = await aws.s3();
  await explained(`delete the bucket ${Bucket}`, async () => {
    await client.send(new DeleteBucketCommand({ Bucket })).catch((error: Error) => {
      if (error.name !== "NoSuchBucket") throw error;
    });
  });
}

async function removeVersions(
  aws: Aws,
  Bucket: string,
  Prefix: string,
  report: (line: string) => void,
): Promise<number> {
  const s3 = await import("@aws-sdk/client-s3");
  const client = await aws.s3();
  let count = 0;
  for (;;) {
    // What is deleted is off the list, so the first page is always the next one.
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new s3.ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys: 1000 }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => ({
      Key,
      ...(VersionId === undefined || VersionId === "null" ? {} : { VersionId }),
    }));
    if (Objects.length === 0) return count;
    const { Errors = [] } = await client.send(
      new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [first] = Errors;
    if (first !== undefined)
      throw Object.assign(new Error(`${first.Key}: ${first.Message}`), { name: first.Code });
    count += Objects.length;
    report(`${count} objects deleted from ${Bucket}`);
  }
}
