// Signed URLs, version 4: https://cloud.google.com/storage/docs/access-control/signed-urls
import { createHash } from "node:crypto";
import type { GoogleAccount } from "../../shared/google/credentials.ts";
import type { SignOptions } from "../driver.ts";
import type { GcsTarget } from "./target.ts";

/**
 * Signed with the account's key where there is one (`GOOGLE_APPLICATION_CREDENTIALS`), else by IAM's signBlob, for
 * which the account needs `iam.serviceAccounts.signBlob` on itself.
 * @param now epoch milliseconds, by the wall clock: that is what Google compares
 */
export async function signGcsUrl(
  { endpoint, bucket }: Pick<GcsTarget, "endpoint" | "bucket">,
  name: string,
  { action, expiresSeconds }: SignOptions,
  account: GoogleAccount,
  now: number,
): Promise<string> {
  const email = await account.email();
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/auto/storage/goog4_request`;
  const query = Object.entries({
    "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
    "X-Goog-Credential": `${email}/${scope}`,
    "X-Goog-Date": time,
    "X-Goog-Expires": String(expiresSeconds),
    "X-Goog-SignedHeaders": "host",
  })
    .map(([field, value]) => `${field}=${encode(value)}`)
    .join("&");
  const path = `/${bucket}/${name.split("/").map(encode).join("/")}`;
  const method = action === "get" ? "GET" : "PUT";
  const { host } = new URL(endpoint);
  const canonical = [method, path, query, `host:${host}\n`, "host", "UNSIGNED-PAYLOAD"].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const signature = await account.sign(["GOOG4-RSA-SHA256", time, scope, digest].join("\n"));
  return `${endpoint}${path}?${query}&X-Goog-Signature=${signature.toString("hex")}`;
}

/** Of RFC 3986 nothing but the unreserved characters stays as it is. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
