// Files into the deployment bucket, by their content: what is there already is not sent again.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { formatSize } from "../format-size.ts";
import type { Aws } from "./aws.ts";
import { explain, explained } from "./failure.ts";

/** Private, encrypted by S3's default, and versioned, which Lambda's web functions ask for. */
export async function ensureBucket(aws: Aws, Bucket: string, region: string): Promise<string | undefined> {
  const s3 = await import("@aws-sdk/client-s3");
  const client = await aws.s3();
  const isThere = await client.send(new s3.HeadBucketCommand({ Bucket })).then(
    () => true,
    (error: Error) => {
      if (error.name === "NotFound" || error.name === "NoSuchBucket") return false;
      // HEAD has no body, so a status is all that it says.
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status === 403)
        error.message = "AccessDenied: it is another account's, or these credentials may not see it";
      if (status === 301) error.message = "PermanentRedirect: it is in another region";
      throw explain(`use the deployment bucket ${Bucket}`, error);
    },
  );
  // A run that was cut off may have made the bucket, and no more: these are said each time.
  const configuration =
    region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } };
  await explained(`make the deployment bucket ${Bucket}`, async () => {
    if (isThere) return;
    await client.send(new s3.CreateBucketCommand({ Bucket, ...configuration }));
    await client.send(
      new s3.PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    );
    await client.send(
      new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
  });
  return isThere ? undefined : `made ${Bucket}`;
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
