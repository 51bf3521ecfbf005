// Names: of a deployment, of what belongs to it, and of the symbols in its template.
import { createHash } from "node:crypto";

/** What Bicep calls a symbol: `make-renditions`, `MAX_PIXELS` and `ticketing/sales` in one form. */
export function symbol(name: string, kind = ""): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const [first = "", ...rest] = words.map((word) => word.toLowerCase());
  const camel = first + rest.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
  return /^\d/.test(camel) ? `n${camel}${kind}` : `${camel}${kind}`;
}

/**
 * A resource's or secret's name as part of another, of at most so many characters; what is longer ends in a digest.
 * Containers and queues have 3 to 63 characters, and no two hyphens in a row.
 */
export function plain(name: string, most = 63): string {
  const text = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .padEnd(3, "0");
  if (text.length <= most) return text;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${text.slice(0, most - 9).replace(/-$/, "")}-${digest}`;
}
