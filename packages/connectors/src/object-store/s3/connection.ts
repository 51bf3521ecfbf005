// The AWS SDK, loaded on first use and kept; credentials come from the platform's identity.
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { S3Target } from "./target.ts";

export interface S3Connection {
  readonly sdk: typeof import("@aws-sdk/client-s3");
  readonly client: S3Client;
}

export async function connectS3(target: S3Target): Promise<S3Connection> {
  const sdk = await import("@aws-sdk/client-s3");
  return { sdk, client: new sdk.S3Client(configurationOf(target)) };
}

/** Presigned URLs must not promise the checksum of a body that is not known yet. */
export async function connectSigner(target: S3Target) {
  const [sdk, { getSignedUrl }] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/s3-request-presigner"),
  ]);
  const client = new sdk.S3Client({
    ...configurationOf(target),
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  return { sdk, client, getSignedUrl };
}

function configurationOf({ region, endpoint, forcePathStyle }: S3Target): S3ClientConfig {
  return {
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    // Servers that only speak S3 ignore the region, but it is signed.
    ...(region !== undefined ? { region } : endpoint !== undefined ? { region: "us-east-1" } : {}),
  };
}
