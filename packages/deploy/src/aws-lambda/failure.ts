// What AWS refuses people, in words that say what would do.

/** A failure of AWS with its fix; `cause` is the SDK's own. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
}

interface Row {
  /** Of the SDK's error name, or of its words. */
  readonly when: RegExp;
  readonly why: string;
  readonly fix: string;
}

/** The first row that fits says it. The words are those of AWS and of its SDK. */
export const failures: readonly Row[] = [
  {
    when: /ExpiredToken|The security token included in the request is expired|Token is expired|SSO session .* has expired/i,
    why: "the AWS session has expired",
    fix: "Sign in again: aws sso login, or fetch new temporary keys",
  },
  {
    when: /CredentialsProviderError|Could not load credentials|Unable to locate credentials/,
    why: "there are no AWS credentials",
    fix: "Sign in with aws sso login or aws configure, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  },
  {
    when: /RequestTimeTooSkewed|Signature (not yet current|expired)|InvalidSignatureException.*(expired|current)|difference between the request time and the (current|server)/i,
    why: "this machine's clock differs from AWS's by more than 5 minutes",
    fix: "Set the clock: sudo timedatectl set-ntp true, or w32tm /resync on Windows",
  },
  {
    when: /InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure/,
    why: "AWS does not know these credentials",
    fix: "Check AWS_PROFILE and the keys, and that the region is enabled for the account",
  },
  {
    when: /Region is missing|Could not resolve.*region/i,
    why: "no region is chosen",
    fix: "Say --place region=eu-central-1, or set AWS_REGION",
  },
  {
    when: /PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|must be addressed using the specified endpoint|the region '[^']*' is wrong/,
    why: "the bucket is in another region",
    fix: "Say the bucket's region with --place region=…, or name another bucket with --place bucket=…",
  },
  {
    when: /BucketAlreadyExists|requested bucket name is not available/,
    why: "another account has a bucket of that name",
    fix: "Choose another: --place bucket=<name> for code, --set <Store>BucketName=<an existing bucket> for a store, or another --stage",
  },
  {
    when: /is not authorized to perform: sts:AssumeRole|cannot be assumed|The role defined for the function cannot be assumed/,
    why: "a role cannot be assumed",
    fix: "Check its trust policy; a role that was made seconds ago needs a moment: deploy again",
  },
  {
    when: /AccessDenied|is not authorized to perform|UnauthorizedOperation/,
    why: "these credentials may not do that",
    fix: "Use a role that may, and see what a deployment needs in infra/aws/README.md",
  },
  {
    when: /LimitExceeded|ServiceQuotaExceeded|TooManyBuckets|ReservedConcurrentExecutions.*decreases|quota|limit exceeded/i,
    why: "a quota of the account is used up",
    fix: "Remove what is not needed, or ask for more in Service Quotas of the console",
  },
  {
    when: /(ImagePull|pull.*image|image.*pull|Source image .* (does not exist|is not valid)|image manifest.*not supported)/i,
    why: "the image cannot be pulled",
    fix: "Push it to Amazon ECR of this region and account first, for one platform, and without an attestation (--provenance=false)",
  },
  {
    when: /Throttling|Rate exceeded|TooManyRequests|SlowDown/,
    why: "AWS asks for fewer requests",
    fix: "Wait a minute and run the same command again: it goes on",
  },
  {
    when: /(UPDATE_ROLLBACK|ROLLBACK|UPDATE|CREATE|DELETE)(_COMPLETE_CLEANUP)?_IN_PROGRESS/,
    why: "the stack is being changed, by this or by somebody else",
    fix: "Run the same command again: it waits for that first",
  },
  {
    when: /UPDATE_ROLLBACK_FAILED/,
    why: "an update failed, and so did the way back",
    fix: "Run the same command again: it continues the rollback first. If that fails, repair what the event names",
  },
  {
    when: /\bit is DELETE_FAILED/,
    why: "something of the stack would not go",
    fix: "Repair or remove what the event names, then run the same command again",
  },
  {
    when: /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|TimeoutError|getaddrinfo/,
    why: "AWS is not reached",
    fix: "Check the network, the region's name and AWS_ENDPOINT_URL",
  },
];

/** @throws {AwsFailure} in place of an error of AWS, with the fix where its words are known. */
export async function explained<Value>(what: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw explain(what, error);
  }
}

export function explain(what: string, error: unknown): Error {
  if (error instanceof AwsFailure) return error;
  const { name, message } = error as Error;
  const code = (error as { code?: string }).code ?? "";
  const words = [name, code, message].filter((word) => word !== "" && word !== "Error").join(": ");
  const row = failures.find(({ when }) => when.test(words));
  if (row === undefined)
    return new AwsFailure(`Cannot ${what}: ${words.replace(/\.$/, "")}.`, { cause: error });
  return new AwsFailure(`Cannot ${what}: ${row.why} (${words.replace(/\.$/, "")}). ${row.fix}.`, {
    cause: error,
  });
}
