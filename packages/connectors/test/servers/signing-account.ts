// A service account with a key made on the spot, found as Google's libraries find credentials.
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SigningAccount {
  readonly client_email: string;
  readonly private_key: string;
  /** Where they stand. */
  readonly file: string;
}

export async function useSigningAccount(): Promise<SigningAccount> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const account = {
    type: "service_account",
    project_id: "test",
    client_email: "signer@test.iam.gserviceaccount.com",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
  const file = join(await mkdtemp(join(tmpdir(), "faasade-account-")), "account.json");
  await writeFile(file, JSON.stringify(account), { mode: 0o600 });
  process.env["GOOGLE_APPLICATION_CREDENTIALS"] = file;
  return { ...account, file };
}
