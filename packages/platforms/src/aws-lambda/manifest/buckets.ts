// S3 buckets: created with the stack and kept when it is deleted, or one that exists.
import { entryName, physicalName } from "./names.ts";
import type { Place } from "./place.ts";
import { isForeign, type Plan } from "./plan.ts";
import { choose, type Json, ref, substitute } from "./values.ts";

/** A bucket's name has 63 characters, of which 13 are the account's number and the hyphen before it. */
const mostCharacters = 63 - 13;

export function createBucket(plan: Plan, store: string): Place {
  const { template, labels } = plan;
  const parameter = entryName(store, "BucketName");
  if (isForeign(plan, store)) {
    const Description = `The S3 bucket of ${store}, which another app deploys.`;
    template.parameter(parameter, { Type: "String", Description, MinLength: 3 });
    return placeOfBucket(ref(parameter));
  }
  const id = entryName(store, "Bucket");
  const condition = `Create${id}`;
  const part = physicalName(labels["faasade-deployment"], store, "bucket", mostCharacters);
  const own = substitute(`${part}-\${AWS::AccountId}`);
  template.parameter(parameter, {
    Type: "String",
    Description: `An S3 bucket to use for ${store}, with EventBridge notifications on; empty: one is created.`,
    Default: "",
  });
  template.condition(condition, { "Fn::Equals": [ref(parameter), ""] });
  addBucket(plan, id, condition, own);
  const name = choose(condition, own, ref(parameter));
  template.output(id, `The S3 bucket of ${store}.`, name);
  return placeOfBucket(name);
}

function addBucket({ template }: Plan, id: string, condition: string, name: Json): void {
  const bucket = {
    BucketName: name,
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    LifecycleConfiguration: {
      Rules: [
        {
          Id: "drop-unfinished-uploads",
          Status: "Enabled",
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    },
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  };
  const kept = { Condition: condition, DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };
  template.resource(id, "AWS::S3::Bucket", bucket, kept);
  const policy = {
    Bucket: ref(id),
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OnlyOverTls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [placeOfBucket(name).arn as Json, objectsOf(name)],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    },
  };
  template.resource(`${id}Policy`, "AWS::S3::BucketPolicy", policy, {
    Condition: condition,
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
  });
}

/** The ARN of everything in a bucket. */
export function objectsOf(bucket: Json): Json {
  return substitute(`arn:\${AWS::Partition}:s3:::\${Bucket}/*`, { Bucket: bucket });
}

function placeOfBucket(name: Json): Place {
  return {
    url: substitute(`s3://\${Bucket}?region=\${AWS::Region}`, { Bucket: name }),
    arn: substitute(`arn:\${AWS::Partition}:s3:::\${Bucket}`, { Bucket: name }),
    name,
  };
}
