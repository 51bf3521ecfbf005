// Verifies that the holder of a shared secret signed the request: HMAC-SHA256, compared in constant time.
import { FunctionError } from "../error.ts";
import type { HttpRequest } from "../http/request.ts";
import type { Principal, SignatureAuth } from "./auth.ts";
import type { AuthorizationHost, Resolve } from "./authorize.ts";

/**
 * @throws {FunctionError} `unauthenticated` when no secret made the signature or it is too old; `unavailable` when
 *   one of the secrets could not be read and none of the others fits.
 */
export async function verifySignature(
  auth: SignatureAuth,
  request: HttpRequest,
  resolve: Resolve,
  host: Pick<AuthorizationHost, "clock">,
): Promise<Principal> {
  const given = Buffer.from(onlyValue(request, auth.header));
  if (auth.timestamp !== undefined)
    checkTime(onlyValue(request, auth.timestamp.header), auth.timestamp, host);
  const body = await request.bytes();
  const signed = auth.signed === undefined ? body : auth.signed(request, body);
  const secrets = await Promise.allSettled(auth.secrets.map((secret) => readSecret(secret, resolve)));
  const { createHmac, timingSafeEqual } = process.getBuiltinModule("node:crypto");
  let matches = 0;
  // Every secret is tried, so that the time taken does not tell which one fits.
  for (const secret of secrets) {
    if (secret.status === "rejected") continue;
    const digest = createHmac("sha256", secret.value).update(signed).digest(auth.encoding);
    // As text, not decoded: base64 has several spellings for the same bytes.
    const expected = Buffer.from(auth.prefix + digest);
    if (expected.length === given.length) matches += Number(timingSafeEqual(expected, given));
  }
  if (matches > 0) return { kind: "signature" };
  const unread = secrets.find((secret) => secret.status === "rejected");
  throw unread === undefined ? refused(`its ${auth.header} does not fit`) : unread.reason;
}

function onlyValue({ headers }: HttpRequest, name: string): string {
  const values = headers.getAll(name);
  if (values[0] === undefined) throw refused(`it has no ${name}`);
  if (values.length > 1) throw refused(`its ${name} is repeated`);
  return values[0];
}

type Window = NonNullable<SignatureAuth["timestamp"]>;

function checkTime(seconds: string, window: Window, { clock }: Pick<AuthorizationHost, "clock">): void {
  if (!/^\d{1,12}$/.test(seconds)) throw refused(`its ${window.header} is not in epoch seconds`);
  if (Math.abs(clock.now() / 1000 - Number(seconds)) <= window.toleranceSeconds) return;
  throw refused(`its ${window.header} is more than ${window.toleranceSeconds} s off`);
}

async function readSecret(secret: SignatureAuth["secrets"][number], resolve: Resolve): Promise<string> {
  const value = await resolve(secret);
  if (value !== "") return value;
  // Anyone can sign with an empty key.
  const name = secret.kind === "secret" ? secret.name : secret.field;
  throw new FunctionError(
    "unavailable",
    `Cannot verify signatures with ${name}: it is empty. Set it to the secret.`,
  );
}

function refused(reason: string): FunctionError {
  return new FunctionError("unauthenticated", `Cannot accept the request: ${reason}.`);
}
