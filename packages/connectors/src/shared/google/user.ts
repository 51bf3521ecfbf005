// A person at a machine: the file that `gcloud auth application-default login` leaves. It never signs.
import { FunctionError } from "@faasade/core";
import type { GoogleAccount } from "./credentials.ts";

/** https://google.aip.dev/auth/4113 */
export interface UserFile {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
  readonly token_uri?: string;
}

/** @throws {Error} for a file that says less than is needed. */
export function userAccount(file: UserFile): GoogleAccount {
  const { client_id, client_secret, refresh_token, token_uri = "https://oauth2.googleapis.com/token" } = file;
  if (client_id === undefined || client_secret === undefined || refresh_token === undefined)
    throw new Error(
      "GOOGLE_APPLICATION_CREDENTIALS names a file of type authorized_user that is not whole. Say again: gcloud auth application-default login",
    );
  const grant = { grant_type: "refresh_token", client_id, client_secret, refresh_token };
  const ask = async (): Promise<Record<string, unknown>> => {
    const reply = await fetch(token_uri, {
      method: "POST",
      body: new URLSearchParams(grant),
      redirect: "error",
    });
    if (!reply.ok)
      throw new Error(
        `${token_uri} answers ${reply.status}. Sign in again: gcloud auth application-default login`,
      );
    return (await reply.json()) as Record<string, unknown>;
  };
  const never = (what: string) => async (): Promise<never> => {
    throw new FunctionError("unsupported", `A person's credentials ${what}: use a service account.`);
  };
  return {
    email: never("name no account"),
    async accessToken() {
      const { access_token, expires_in } = await ask();
      return { token: String(access_token), seconds: Number(expires_in) };
    },
    identityToken: never("speak to no service"),
    sign: never("sign nothing"),
  };
}
