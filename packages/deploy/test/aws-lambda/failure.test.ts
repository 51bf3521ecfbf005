// The words are those of AWS and of its SDK, as they come.
import { describe, expect, it } from "vitest";
import { explain } from "../../src/aws-lambda/failure.ts";

type Row = readonly [name: string, message: string, says: RegExp];

const rows: readonly Row[] = [
  [
    "CredentialsProviderError",
    "Could not load credentials from any providers",
    /there are no AWS credentials.*aws sso login/,
  ],
  [
    "ExpiredTokenException",
    "The security token included in the request is expired",
    /session has expired.*Sign in again/,
  ],
  [
    "CredentialsProviderError",
    "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    /session has expired/,
  ],
  [
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
    /clock differs/,
  ],
  [
    "InvalidSignatureException",
    "Signature expired: 20261130T210000Z is now earlier than 20261130T215500Z (20261130T220000Z - 5 min.)",
    /clock differs.*timedatectl/,
  ],
  [
    "SignatureDoesNotMatch",
    "Signature not yet current: 20261130T230000Z is still later than 20261130T220500Z (20261130T220000Z + 5 min.)",
    /clock differs/,
  ],
  [
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
    /does not know these credentials/,
  ],
  ["Error", "Region is missing", /no region is chosen.*--place region=/],
  [
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    /bucket is in another region/,
  ],
  [
    "AuthorizationHeaderMalformed",
    "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
    /another region/,
  ],
  [
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    /another account has a bucket of that name.*--place bucket=/,
  ],
  [
    "AccessDenied",
    "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deploy",
    /a role cannot be assumed/,
  ],
  [
    "InvalidParameterValueException",
    "The role defined for the function cannot be assumed by Lambda.",
    /a role cannot be assumed.*trust policy/,
  ],
  [
    "AccessDeniedException",
    "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: cloudformation:CreateChangeSet",
    /may not do that/,
  ],
  ["LimitExceededException", "Limit exceeded for resource of type 'AWS::IAM::Role'", /quota.*Service Quotas/],
  ["TooManyBuckets", "You have attempted to create more buckets than allowed", /quota/],
  [
    "InvalidParameterValueException",
    "Source image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:demo does not exist. Provide a valid source image.",
    /image cannot be pulled.*Amazon ECR/,
  ],
  [
    "InvalidParameterValueException",
    "The image manifest, config or layer media type for the source image is not supported.",
    /image cannot be pulled.*attestation/,
  ],
  ["ThrottlingException", "Rate exceeded", /fewer requests.*it goes on/],
  [
    "ValidationError",
    "Stack:arn:aws:cloudformation:eu-central-1:123456789012:stack/shop-demo/1 is in UPDATE_ROLLBACK_IN_PROGRESS state and can not be updated.",
    /being changed.*waits for that first/,
  ],
  [
    "ValidationError",
    "Stack:arn:aws:cloudformation:eu-central-1:123456789012:stack/shop-demo/1 is in UPDATE_ROLLBACK_FAILED state and can not be updated.",
    /so did the way back.*continues the rollback/,
  ],
  ["Error", "getaddrinfo ENOTFOUND cloudformation.eu-centrl-1.amazonaws.com", /not reached.*region's name/],
];

describe("what AWS refuses", () => {
  it.each(rows)("%s: %s", (name, message, says) => {
    const told = explain("deploy the stack shop-demo", Object.assign(new Error(message), { name }));
    expect(told.message).toMatch(/^Cannot deploy the stack shop-demo: /);
    expect(told.message).toMatch(says);
    expect(told.message).toContain(message.replace(/\.$/, ""));
  });

  it("in words that nobody knows is passed on as it is", () => {
    const told = explain("deploy", Object.assign(new Error("The moon is full."), { name: "LunarException" }));
    expect(told.message).toBe("Cannot deploy: LunarException: The moon is full.");
  });

  it("is explained once", () => {
    const first = explain("ask", new Error("Region is missing"));
    expect(explain("deploy", first)).toBe(first);
  });
});
