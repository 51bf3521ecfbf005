// The dialects of HTTP in JSON that Lambda functions are sent, and the one each answer must be in.
import type { HttpDelivery } from "@faasade/core/adapter";
import { type Fields, fieldsOf, isObject } from "../shared/fields.ts";
import type { PlainReply } from "./http-reply.ts";
import { decodeEnvoy, decodeFirst, decodeLoadBalancer, decodeSecond } from "./http-request.ts";

export interface Dialect {
  /** @param publicUrl where the operator says that the app is reached. */
  decode(event: Fields, publicUrl: string | undefined): HttpDelivery;
  encode(reply: PlainReply): unknown;
  /** The most bytes that the answer may have as JSON. */
  readonly maxReplyBytes: number;
}

/** Six megabytes and some room for an envelope. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const lambdaBytes = 6_291_556;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const loadBalancerBytes = 1_048_576;

/** API Gateway's HTTP API, and function URLs. */
const second: Dialect = { decode: decodeSecond, encode: encodeSecond, maxReplyBytes: lambdaBytes };
/** API Gateway's REST API, and its HTTP API where the integration asks for payload format 1.0. */
const first: Dialect = { decode: decodeFirst, encode: encodeMultiValue, maxReplyBytes: lambdaBytes };
const loadBalancer: Dialect = {
  decode: decodeLoadBalancer,
  encode: encodeMultiValue,
  maxReplyBytes: loadBalancerBytes,
};
/** A target group without `lambda.multi_value_headers.enabled` wants one value per field, and ignores all others. */
const plainLoadBalancer: Dialect = { ...loadBalancer, encode: encodeSingleValue };
const envoy: Dialect = { decode: decodeEnvoy, encode: encodeEnvoy, maxReplyBytes: lambdaBytes };

export function dialectOf(event: Fields): Dialect {
  const { http, elb } = fieldsOf(event["requestContext"]);
  if (isObject(http)) return second;
  if (typeof event["raw_path"] === "string") return envoy;
  if (elb === undefined) return first;
  return isObject(event["multiValueHeaders"]) ? loadBalancer : plainLoadBalancer;
}

function encodeSecond({ status, headers, body, isBase64Encoded }: PlainReply): unknown {
  const { cookies, fields } = apart(headers);
  return { statusCode: status, headers: joined(fields), cookies, body, isBase64Encoded };
}

function encodeMultiValue({ status, headers, body, isBase64Encoded }: PlainReply): unknown {
  return { statusCode: status, multiValueHeaders: headers, body, isBase64Encoded };
}

/** @throws {Error} for several cookies: this way there is room for one only, and none may be lost in silence. */
function encodeSingleValue({ status, headers, body, isBase64Encoded }: PlainReply): unknown {
  const { cookies, fields } = apart(headers);
  if (cookies.length > 1) {
    throw new Error(
      `Cannot send ${cookies.length} cookies: the target group carries one. Set its attribute lambda.multi_value_headers.enabled.`,
    );
  }
  const cookie = cookies[0] === undefined ? {} : { "set-cookie": cookies[0] };
  return { statusCode: status, headers: { ...joined(fields), ...cookie }, body, isBase64Encoded };
}

/** As `request_response.proto` of the filter names it. */
function encodeEnvoy({ status, headers, body, isBase64Encoded }: PlainReply): unknown {
  const { cookies, fields } = apart(headers);
  return { status_code: status, headers: joined(fields), cookies, body, is_base64_encoded: isBase64Encoded };
}

function apart(headers: PlainReply["headers"]): {
  cookies: readonly string[];
  fields: PlainReply["headers"];
} {
  const { "set-cookie": cookies = [], ...fields } = headers;
  return { cookies, fields };
}

function joined(fields: PlainReply["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.join(", ")]));
}
