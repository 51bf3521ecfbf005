// Who a process is to Google: the account that the metadata server speaks for, or whom a file tells of.
import { createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { metadataAccount } from "./metadata.ts";
import { type UserFile, userAccount } from "./user.ts";

export interface GoogleAccount {
  readonly email: () => Promise<string>;
  /** A new token for Google's own services, and the seconds that it lasts. */
  readonly accessToken: () => Promise<{ readonly token: string; readonly seconds: number }>;
  /** A new token that says to `audience`, such as a service of Cloud Run, who asks. It lasts an hour. */
  readonly identityToken: (audience: string) => Promise<string>;
  /** RSA with SHA-256, by the account's key. */
  readonly sign: (text: string) => Promise<Buffer>;
}

interface KeyFile extends UserFile {
  readonly type?: string;
  readonly client_email?: string;
  readonly private_key?: string;
  readonly private_key_id?: string;
}

const scope = "https://www.googleapis.com/auth/cloud-platform";
const lifeSeconds = 3600;

/**
 * `GOOGLE_APPLICATION_CREDENTIALS` names a file with a key, or with what a person signed in by; without it the metadata server is asked, which is where
 * Cloud Run, Kubernetes Engine and Compute Engine tell a process who it is.
 * @throws {Error} for a file that holds neither.
 */
export async function googleAccount(): Promise<GoogleAccount> {
  const file = process.env["GOOGLE_APPLICATION_CREDENTIALS"];
  if (file === undefined || file === "") return metadataAccount();
  const said = JSON.parse(await readFile(file, "utf8")) as KeyFile;
  const { type, client_email, private_key, private_key_id, token_uri } = said;
  if (type === "authorized_user") return userAccount(said);
  if (type !== "service_account" || client_email === undefined || private_key === undefined)
    throw new Error(
      `GOOGLE_APPLICATION_CREDENTIALS names a file of type ${type}, and only a service account's key, or a person's sign-in, is understood here`,
    );
  return keyAccount({
    email: client_email,
    key: createPrivateKey(private_key),
    keyId: private_key_id,
    tokenUrl: token_uri ?? "https://oauth2.googleapis.com/token",
  });
}

interface Key {
  readonly email: string;
  readonly key: KeyObject;
  readonly keyId: string | undefined;
  readonly tokenUrl: string;
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
function keyAccount({ email, key, keyId, tokenUrl }: Key): GoogleAccount {
  const sign = (text: string): Buffer => signBytes("RSA-SHA256", Buffer.from(text), key);
  const ask = async (claims: object): Promise<Record<string, unknown>> => {
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: "RS256", typ: "JWT", ...(keyId === undefined ? {} : { kid: keyId }) };
    const all = { iss: email, aud: tokenUrl, iat: now, exp: now + lifeSeconds, ...claims };
    const unsigned = [header, all]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const assertion = `${unsigned}.${sign(unsigned).toString("base64url")}`;
    const grant = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
    const reply = await fetch(tokenUrl, {
      method: "POST",
      body: new URLSearchParams(grant),
      redirect: "error",
    });
    if (!reply.ok) throw new Error(`${tokenUrl} gives ${email} no token: it answers ${reply.status}`);
    return (await reply.json()) as Record<string, unknown>;
  };
  return {
    email: async () => email,
    async accessToken() {
      const { access_token, expires_in } = await ask({ scope });
      return { token: String(access_token), seconds: Number(expires_in) };
    },
    identityToken: async (audience) => String((await ask({ target_audience: audience }))["id_token"]),
    sign: async (text) => sign(text),
  };
}
