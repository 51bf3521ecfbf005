// The ways HTTP takes to a function: what each makes of a request, and of the function's answer.
import type { Answer, ClientReply, ClientRequest, HttpDifferences, HttpWay } from "../../column.ts";
import { badGateway, fieldsOf, readBody, wholeBody } from "./http-json.ts";

const lambdaBytes = 6_291_556;
const domainName = "abc.execute-api.eu-central-1.amazonaws.com";

interface WayOptions {
  readonly title: string;
  readonly differences: HttpDifferences;
  readonly encode: (request: ClientRequest) => unknown;
  readonly read: (value: Record<string, unknown>) => ClientReply;
}

function way({ title, differences, encode, read }: WayOptions): HttpWay {
  return {
    title,
    differences,
    encode,
    decode: (answer: Answer) => {
      if ("thrown" in answer || typeof answer.value !== "object" || answer.value === null) return badGateway;
      if (Buffer.byteLength(JSON.stringify(answer.value)) > differences.maxReplyBytes) return badGateway;
      return read(answer.value as Record<string, unknown>);
    },
  };
}

function second(title: string, domain: string, decodes: boolean): HttpWay {
  return way({
    title,
    differences: { maxReplyBytes: lambdaBytes, ...(decodes ? { pathIsDecoded: true } : {}) },
    encode: (request) => {
      const { cookie, ...headers } = joined(request);
      return {
        version: "2.0",
        routeKey: "$default",
        rawPath: decodes ? decodePath(request.path) : request.path,
        rawQueryString: request.query ?? "",
        ...(cookie === undefined ? {} : { cookies: cookie.split("; ") }),
        headers,
        requestContext: {
          domainName: domain,
          stage: "$default",
          http: { method: request.method, path: request.path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1" },
          ...(request.caller === undefined ? {} : { authorizer: { iam: { userArn: request.caller } } }),
        },
        ...wholeBody(request),
      };
    },
    read: ({ statusCode, headers, cookies, body, isBase64Encoded }) => {
      const single = fieldsOf(headers);
      if (typeof statusCode !== "number" || Object.values(single).some((value) => typeof value !== "string"))
        return badGateway;
      const set = ((cookies ?? []) as string[]).map((value) => ["set-cookie", value] as const);
      const fields = Object.entries(single).map(
        ([name, value]) => [name.toLowerCase(), String(value)] as const,
      );
      return { status: statusCode, headers: [...fields, ...set], body: readBody(body, isBase64Encoded) };
    },
  });
}

const restApi = way({
  title: "REST API",
  differences: { maxReplyBytes: lambdaBytes },
  encode: (request) => ({
    resource: "/{proxy+}",
    path: request.path,
    httpMethod: request.method,
    headers: Object.fromEntries(request.headers ?? []),
    multiValueHeaders: many(request.headers ?? []),
    queryStringParameters: Object.fromEntries(new URLSearchParams(request.query)),
    multiValueQueryStringParameters:
      request.query === undefined ? null : many([...new URLSearchParams(request.query)]),
    requestContext: {
      domainName,
      stage: "prod",
      path: `/prod${request.path}`,
      identity: { sourceIp: "192.0.2.1", userArn: request.caller ?? null },
    },
    ...wholeBody(request, true),
  }),
  read: readMany,
});

function loadBalancer(title: string, isMulti: boolean): HttpWay {
  const differences = { maxReplyBytes: 1_048_576, maxBodyBytes: 700_000, noCaller: true } as const;
  return way({
    title,
    differences: isMulti ? differences : { ...differences, lastValueOnly: true, oneCookie: true },
    encode: (request) => {
      const query = (request.query ?? "").split("&").filter((pair) => pair !== "");
      const pairs = query.map((pair) => pair.split("=", 2) as [string, string]);
      return {
        requestContext: {
          elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1" },
        },
        httpMethod: request.method,
        path: request.path,
        ...(isMulti
          ? { multiValueHeaders: many(request.headers ?? []), multiValueQueryStringParameters: many(pairs) }
          : {
              headers: Object.fromEntries(request.headers ?? []),
              queryStringParameters: Object.fromEntries(pairs),
            }),
        ...wholeBody(request),
      };
    },
    read: (value) => {
      // A target group in one mode ignores the fields of the other.
      if (isMulti) return readMany({ ...value, headers: undefined });
      const multiValueHeaders = Object.entries(fieldsOf(value["headers"])).map(([name, one]) => [
        name,
        [one],
      ]);
      return readMany({ ...value, multiValueHeaders: Object.fromEntries(multiValueHeaders) });
    },
  });
}

const envoy = way({
  title: "Envoy's Lambda filter",
  differences: { maxReplyBytes: lambdaBytes, noCaller: true },
  encode: (request) => {
    const { body, isBase64Encoded } = wholeBody(request);
    return {
      raw_path: request.query === undefined ? request.path : `${request.path}?${request.query}`,
      method: request.method,
      headers: joined(request),
      query_string_parameters: Object.fromEntries(new URLSearchParams(request.query)),
      body: body ?? "",
      is_base64_encoded: isBase64Encoded,
    };
  },
  read: ({ status_code: status, headers, cookies, body, is_base64_encoded: encoded }) => {
    const fields = Object.entries(fieldsOf(headers)).map(([name, value]) => [name, String(value)] as const);
    const set = ((cookies ?? []) as string[]).map((value) => ["set-cookie", value] as const);
    return { status: Number(status), headers: [...fields, ...set], body: readBody(body, encoded) };
  },
});

export const httpWays: readonly HttpWay[] = [
  second("HTTP API", domainName, true),
  second("function URL", "abc.lambda-url.eu-central-1.on.aws", false),
  restApi,
  loadBalancer("load balancer, multi-value", true),
  loadBalancer("load balancer, single value", false),
  envoy,
];

function readMany({
  statusCode,
  multiValueHeaders,
  body,
  isBase64Encoded,
}: Record<string, unknown>): ClientReply {
  const fields = Object.entries(fieldsOf(multiValueHeaders));
  if (typeof statusCode !== "number" || !fields.every(([, values]) => Array.isArray(values)))
    return badGateway;
  const headers = fields.flatMap(([name, values]) =>
    (values as string[]).map((value) => [name.toLowerCase(), value] as const),
  );
  return { status: statusCode, headers, body: readBody(body, isBase64Encoded) };
}

function joined({ headers = [] }: ClientRequest): Record<string, string> {
  const fields = Object.entries(many(headers));
  return Object.fromEntries(fields.map(([name, values]) => [name, values.join(",")]));
}

function many(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of pairs) fields[name] = [...(fields[name] ?? []), value];
  return fields;
}

/** As the gateway does: what is no escape stays as it is. */
function decodePath(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => decodeURIComponent(escaped));
}
