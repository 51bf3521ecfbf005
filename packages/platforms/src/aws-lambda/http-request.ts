// Requests out of Lambda's dialects of HTTP, byte for byte as far as each of them lets bytes through.
import type { HttpDelivery } from "@faasade/core/adapter";
import { type Fields, fieldsOf, isObject, listOf, textOf } from "../shared/fields.ts";

type Pairs = [name: string, value: string][];

/** Payload format 2.0, of HTTP APIs and function URLs. */
export function decodeSecond(event: Fields, publicUrl: string | undefined): HttpDelivery {
  const context = fieldsOf(event["requestContext"]);
  const domain = textOf(context["domainName"]);
  const headers = singleValues(event["headers"]);
  const cookies = listOf(event["cookies"]).filter((cookie) => typeof cookie === "string");
  if (cookies.length > 0) headers.push(["cookie", cookies.join("; ")]);
  // An HTTP API decodes the path, a function URL does not: /a%2Fb arrives as /a/b and as /a%2Fb.
  const sent = textOf(event["rawPath"]) ?? "/";
  const path = isFunctionUrl(domain) ? sent : encodePath(sent);
  const { iam } = fieldsOf(context["authorizer"]);
  return {
    method: textOf(fieldsOf(context["http"])["method"]) ?? "GET",
    ...placed(path, textOf(event["rawQueryString"]), { context, domain, publicUrl, isStaged: true }),
    headers,
    ...bodyOf(event["body"], event["isBase64Encoded"]),
    ...principalOf(fieldsOf(iam)["userArn"]),
  };
}

/** Payload format 1.0: of a REST API, whose path is as it was sent, or of an HTTP API, which says so and decodes it. */
export function decodeFirst(event: Fields, publicUrl: string | undefined): HttpDelivery {
  const context = fieldsOf(event["requestContext"]);
  const isHttpApi = event["version"] === "1.0";
  const sent = textOf(event["path"]) ?? "/";
  const query = manyValues(event["multiValueQueryStringParameters"], event["queryStringParameters"]).map(
    ([name, value]) => `${escapeText(name)}=${escapeText(value)}`,
  );
  const where = { context, domain: textOf(context["domainName"]), publicUrl, isStaged: isHttpApi };
  return {
    method: textOf(event["httpMethod"]) ?? "GET",
    ...placed(isHttpApi ? encodePath(sent) : sent, query.join("&"), where),
    headers: manyValues(event["multiValueHeaders"], event["headers"]),
    ...bodyOf(event["body"], event["isBase64Encoded"]),
    ...principalOf(fieldsOf(context["identity"])["userArn"]),
  };
}

/** A load balancer decodes nothing, and vouches for no origin: `host` is what the client said. */
export function decodeLoadBalancer(event: Fields, publicUrl: string | undefined): HttpDelivery {
  const query = manyValues(event["multiValueQueryStringParameters"], event["queryStringParameters"]).map(
    ([name, value]) => `${name}=${value}`,
  );
  return {
    method: textOf(event["httpMethod"]) ?? "GET",
    ...placed(textOf(event["path"]) ?? "/", query.join("&"), { publicUrl }),
    headers: manyValues(event["multiValueHeaders"], event["headers"]),
    ...bodyOf(event["body"], event["isBase64Encoded"]),
  };
}

/**
 * Envoy's Lambda filter since 1.24, with `payload_passthrough: false`; its raw_path includes the query.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/aws_lambda_filter
 */
export function decodeEnvoy(event: Fields, publicUrl: string | undefined): HttpDelivery {
  const [path = "/", ...query] = (textOf(event["raw_path"]) ?? "/").split("?");
  return {
    method: textOf(event["method"]) ?? "GET",
    ...placed(path, query.join("?"), { publicUrl }),
    headers: singleValues(event["headers"]),
    ...bodyOf(event["body"], event["is_base64_encoded"]),
  };
}

interface Place {
  readonly context?: Fields;
  readonly domain?: string | undefined;
  readonly publicUrl: string | undefined;
  /** Whether the path begins with the stage, unless that is `$default`. */
  readonly isStaged?: boolean;
}

/** The target without what the platform put before it: the stage, or the path under which `PUBLIC_URL` has the app. */
function placed(
  path: string,
  query: string | undefined,
  { context = {}, domain, publicUrl, isStaged = false }: Place,
): Pick<HttpDelivery, "target" | "origin" | "mount"> {
  const stage = domain?.includes(".execute-api.") === true ? textOf(context["stage"]) : undefined;
  const staged = stage === undefined || stage === "$default" ? undefined : `/${stage}`;
  const absolute = path.startsWith("/") ? path : `/${path}`;
  const mount = [isStaged ? staged : undefined, pathOf(publicUrl)].find((prefix) =>
    isUnder(absolute, prefix),
  );
  const rest = mount === undefined ? absolute : absolute.slice(mount.length) || "/";
  const shown = mount ?? staged;
  return {
    target: query ? `${rest}?${query}` : rest,
    ...(domain === undefined ? {} : { origin: `https://${domain}` }),
    ...(shown === undefined ? {} : { mount: shown }),
  };
}

function isUnder(path: string, prefix: string | undefined): boolean {
  return prefix !== undefined && (path === prefix || path.startsWith(`${prefix}/`));
}

function pathOf(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return undefined;
  return textOf(new URL(publicUrl).pathname.replace(/\/$/, ""));
}

function isFunctionUrl(domain: string | undefined): boolean {
  return domain?.includes(".lambda-url.") === true;
}

/** A decoded path as one that decodes to it. What was an encoded slash is a slash by now: nothing tells them apart. */
function encodePath(decoded: string): string {
  return encodeURI(decoded.toWellFormed()).replace(/[?#]/g, encodeURIComponent);
}

function escapeText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function singleValues(fields: unknown): Pairs {
  return Object.entries(fieldsOf(fields)).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
}

function manyValues(many: unknown, single: unknown): Pairs {
  if (!isObject(many)) return singleValues(single);
  return Object.entries(many).flatMap(
    ([name, values]): Pairs =>
      listOf(values).flatMap((value) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

function bodyOf(body: unknown, isBase64Encoded: unknown): { readonly body?: Uint8Array } {
  if (typeof body !== "string") return {};
  return { body: Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8") };
}

/** Whom IAM let through: the gateway fills this in where the route is authorised by it, and nowhere else. */
function principalOf(userArn: unknown): Pick<HttpDelivery, "principal"> {
  const subject = textOf(userArn);
  return subject === undefined ? {} : { principal: { kind: "platform", subject } };
}
