// Takes out of what is recorded whatever tells an account, a person or a machine, or lets somebody in.

const redacted = "redacted";

/** Fields that hold nothing but what must not be published, by their name in lower case. */
const secretFields = new Set([
  ...["authorization", "proxy-authorization", "x-serverless-authorization", "x-functions-key"],
  ...["x-amz-security-token", "x-apigateway-event", "x-api-key", "x-ms-client-principal"],
  ...["x-ms-client-principal-id", "x-ms-client-principal-name", "x-goog-iap-jwt-assertion"],
  ...["receipthandle", "accesskey", "accesskeyid", "userarn", "principalorgid", "principalid", "requester"],
  ...["senderid", "x-forwarded-for", "forwarded", "x-real-ip", "x-envoy-external-address", "x-client-ip"],
]);

/** Secrets and identities by how they look; the order is that of the most telling first. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, redacted],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}/g, redacted],
  [/\bya29\.[\w-]+/g, redacted],
  [
    /([?&](?:sig|code|token|X-Amz-(?:Signature|Credential|Security-Token)|X-Goog-(?:Signature|Credential))=)[^&"\s]+/gi,
    `$1${redacted}`,
  ],
  [/(\w+:\/\/)[^/\s:@"]*:[^/\s@"]+@/g, `$1${redacted}@`],
  [/(\/subscriptions\/)[0-9a-f-]{36}/gi, "$100000000-0000-0000-0000-000000000000"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "someone@example.org"],
  [/(?<![\w.])\d{12}(?![\w.])/g, "000000000000"],
  [/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g, "192.0.2.1"],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})(?![\w:])/gi, "2001:db8::1"],
];

/**
 * Everywhere in a value, keys included.
 * @param known what this machine knows of the account, and what takes its place wherever it stands.
 */
export function redact<Value>(value: Value, known: Readonly<Record<string, string>>): Value {
  const names = Object.entries(known)
    .filter(([text]) => text.length > 3)
    .sort(([one], [other]) => other.length - one.length);
  const clean = (text: string): string => {
    const named = names.reduce((rest, [secret, name]) => rest.replaceAll(secret, name), text);
    return patterns.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), named);
  };
  return inside(value, clean) as Value;
}

function inside(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) {
    // A header as a pair.
    const [name, text] = value as unknown[];
    if (value.length === 2 && typeof name === "string" && typeof text === "string" && isSecret(name))
      return [name, redacted];
    return value.map((one) => inside(one, clean));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      clean(name),
      isSecret(name) && one !== null ? redacted : inside(one, clean),
    ]),
  );
}

function isSecret(name: string): boolean {
  return secretFields.has(name.toLowerCase());
}
