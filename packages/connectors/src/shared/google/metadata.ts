// The account that Google gives a process: https://cloud.google.com/run/docs/container-contract#metadata-server
import type { GoogleAccount } from "./credentials.ts";

const flavour = { "metadata-flavor": "Google" };
const patienceMilliseconds = 3_000;

export function metadataAccount(): GoogleAccount {
  const email = (): Promise<string> => ask("email");
  const accessToken = async (): Promise<{ token: string; seconds: number }> => {
    const { access_token, expires_in } = JSON.parse(await ask("token")) as Record<string, unknown>;
    return { token: String(access_token), seconds: Number(expires_in) };
  };
  return {
    email,
    accessToken,
    identityToken: (audience) => ask(`identity?audience=${encodeURIComponent(audience)}`),
    async sign(text) {
      const [signer, { token }] = await Promise.all([email(), accessToken()]);
      return signByIam(signer, token, text);
    },
  };
}

async function ask(what: string): Promise<string> {
  const host = process.env["GCE_METADATA_HOST"] || "metadata.google.internal";
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/${what}`;
  const signal = AbortSignal.timeout(patienceMilliseconds);
  const reply = await fetch(url, { headers: flavour, redirect: "error", signal }).catch((cause: unknown) => {
    throw new Error(
      `there are no credentials: no metadata server answers at ${host}, and GOOGLE_APPLICATION_CREDENTIALS names no key`,
      { cause },
    );
  });
  // Whatever else answers by that name is not Google's.
  if (!reply.ok || reply.headers.get("metadata-flavor") !== "Google")
    throw new Error(
      `there are no credentials: the metadata server answers ${reply.status}. Give the service an account`,
    );
  return reply.text();
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
async function signByIam(email: string, token: string, text: string): Promise<Buffer> {
  const url = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${encodeURIComponent(email)}:signBlob`;
  const reply = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ payload: Buffer.from(text).toString("base64") }),
    redirect: "error",
  });
  if (!reply.ok)
    throw new Error(
      `IAM does not sign for ${email}: it answers ${reply.status}. The account needs roles/iam.serviceAccountTokenCreator on itself`,
    );
  const { signedBlob } = (await reply.json()) as { signedBlob?: string };
  return Buffer.from(signedBlob ?? "", "base64");
}
