// The account that is worked in: its official clients, each loaded on first use, and whose it is.
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Place } from "../target.ts";
import { explained } from "./failure.ts";
import { commandSuffix } from "./place.ts";

export interface Account {
  readonly region: string;
  readonly account: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** Whom the credentials make one. */
  readonly caller: string;
  /** Where code and templates are put. */
  readonly bucket: string;
  /** Whether that is the account's own, of the name by default. */
  readonly isOwnBucket: boolean;
  /** What every command of the AWS CLI ends with. */
  readonly suffix: string;
}

/** Credentials and region as every AWS tool finds them: environment, profile, SSO, role. */
export class Aws {
  readonly place: Place;
  #account: Promise<Account> | undefined;
  readonly #open: { destroy(): void }[] = [];

  constructor(place: Place) {
    this.place = place;
  }

  readonly cloudFormation = once(async (): Promise<CloudFormationClient> => {
    const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
    return this.#keep(new CloudFormationClient(this.#configuration()));
  });
  readonly s3 = once(async (): Promise<S3Client> => {
    const { S3Client } = await import("@aws-sdk/client-s3");
    const forcePathStyle = this.place["endpoint"] !== undefined;
    return this.#keep(new S3Client({ ...this.#configuration(), forcePathStyle }));
  });
  readonly tagging = once(async (): Promise<ResourceGroupsTaggingAPIClient> => {
    const { ResourceGroupsTaggingAPIClient } = await import("@aws-sdk/client-resource-groups-tagging-api");
    return this.#keep(new ResourceGroupsTaggingAPIClient(this.#configuration()));
  });
  readonly lambda = once(async (): Promise<LambdaClient> => {
    const { LambdaClient } = await import("@aws-sdk/client-lambda");
    return this.#keep(new LambdaClient(this.#configuration()));
  });
  readonly logs = once(async (): Promise<CloudWatchLogsClient> => {
    const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
    return this.#keep(new CloudWatchLogsClient(this.#configuration()));
  });
  readonly secrets = once(async (): Promise<SecretsManagerClient> => {
    const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    return this.#keep(new SecretsManagerClient(this.#configuration()));
  });
  readonly sqs = once(async (): Promise<SQSClient> => {
    const { SQSClient } = await import("@aws-sdk/client-sqs");
    return this.#keep(new SQSClient(this.#configuration()));
  });

  /** @throws {Error} with the fix, when there are no credentials or no region. */
  account(): Promise<Account> {
    this.#account ??= explained("ask AWS whose credentials these are", () => this.#ask());
    return this.#account;
  }

  close(): void {
    for (const client of this.#open) client.destroy();
  }

  async #ask(): Promise<Account> {
    const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const client = this.#keep(new STSClient(this.#configuration()));
    const region = await client.config.region();
    const { Account: account = "", Arn: caller = "" } = await client.send(new GetCallerIdentityCommand({}));
    const partition = caller.split(":")[1] ?? "aws";
    const bucket = this.place["bucket"] ?? `faasade-${account}-${region}`;
    const isOwnBucket = this.place["bucket"] === undefined;
    const suffix = commandSuffix(region, this.place);
    return { region, account, partition, caller, bucket, isOwnBucket, suffix };
  }

  #configuration() {
    const { region, endpoint } = this.place;
    return { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
  }

  #keep<Client extends { destroy(): void }>(client: Client): Client {
    this.#open.push(client);
    return client;
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Closes the connections that `use` opened. */
export async function withAws<Value>(place: Place, use: (aws: Aws) => Promise<Value>): Promise<Value> {
  const aws = new Aws(place);
  try {
    return await use(aws);
  } finally {
    aws.close();
  }
}
