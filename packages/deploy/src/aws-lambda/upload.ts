// Files into the deployment bucket, by their content: what is there already is not sent again.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { formatSize } from "../format-size.ts";
import type { Aws } from "./aws.ts";
import { AwsFailure, explain, explained } from "./failure.ts";

/** Private, encrypted by S3's default, and versioned, which Lambda's web functions ask for. */
export async function ensureBucket(aws: Aws): Promise<string | undefined> {
  const s3 = await import("@aws-sdk/client-s3");
  const client = await aws.s3();
  const { bucket: Bucket, region, isOwnBucket } = await aws.account();
  const isThere = await hasBucket(aws);
  if (isThere && !isOwnBucket) return undefined;
  return explained(`make the deployment bucket ${Bucket}`, async () => {
    // Only the oldest region must not be named.
    const configuration =
      region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } };
    if (!isThere) await client.send(new s3.CreateBucketCommand({ Bucket, ...configuration }));
    // Said last, so it tells whether a run that made the bucket was cut off.
    const { Status } = await client.send(new s3.GetBucketVersioningCommand({ Bucket }));
    if (Status !== undefined) return undefined;
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    await client.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    await client.send(
      new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    return isThere ? `finished ${Bucket}` : `made ${Bucket}`;
  });
}

/**
 * One of the name that is made by default has to be this account's: anybody could have made it before.
 * @throws {AwsFailure} for one that may not be used.
 */
export async function hasBucket(aws: Aws): Promise<boolean> {
  const { HeadBucketCommand } = await import("@aws-sdk/client-s3");
  const client = await aws.s3();
  const { bucket: Bucket, account, isOwnBucket } = await aws.account();
  const owner = isOwnBucket ? { ExpectedBucketOwner: account } : {};
  try {
    await client.send(new HeadBucketCommand({ Bucket, ...owner }));
    return true;
  } catch (error) {
    // HEAD has no body, so a status is all that it says.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) return false;
    const doing = `use the deployment bucket ${Bucket}`;
    if (status === 301) throw explain(doing, new Error("PermanentRedirect"));
    if (status !== 403) throw explain(doing, error);
    throw new AwsFailure(
      `Cannot ${doing}: it is another account's, or these credentials may not see it (403). Name another: --place bucket=<name>.`,
      { cause: error },
    );
  }
}

/** @returns what was sent; undefined when it was there. */
export async function uploadOnce(
  aws: Aws,
  file: string,
  Bucket: string,
  Key: string,
): Promise<string | undefined> {
  const s3 = await import("@aws-sdk/client-s3");
  const client = await aws.s3();
  const { size } = await stat(file);
  const there = await client.send(new s3.HeadObjectCommand({ Bucket, Key })).catch((error: Error) => {
    if (error.name === "NotFound" || error.name === "NoSuchKey") return undefined;
    throw explain(`look for ${Key} in ${Bucket}`, error);
  });
  if (there?.ContentLength === size) return undefined;
  const call = new s3.PutObjectCommand({ Bucket, Key, Body: createReadStream(file), ContentLength: size });
  await explained(`upload ${file} to ${Bucket}`, () => client.send(call));
  return `${formatSize(size)} sent`;
}
