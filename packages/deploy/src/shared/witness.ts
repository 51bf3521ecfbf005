// Who answered for a platform: itself, or what stands in for it. Nothing that a double says proves a cloud.

export type Witness =
  | { readonly proof: "cloud" | "cluster" }
  | {
      readonly proof: "double";
      /** What stands in, and how that was seen. */
      readonly why: string;
    };

/** @param ownHost the names below which the platform itself, and nobody else, answers */
export function whoAnswers(url: string, ownHost: RegExp, platform: string): Witness {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" && ownHost.test(hostname)) return { proof: "cloud" };
  return { proof: "double", why: `${url} is no address of ${platform}'s own` };
}
