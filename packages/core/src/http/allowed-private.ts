// What OUTBOUND_ALLOW_PRIVATE lists: checked when a process starts, long before anything is sent.
import { FunctionError } from "../error.ts";

/** One entry, as it was meant. */
export type Allowed =
  | { readonly address: string; readonly bits: number; readonly family: "ipv4" | "ipv6" }
  | { readonly name: string };

/**
 * The entries of OUTBOUND_ALLOW_PRIVATE: addresses, CIDR ranges and host names, separated by commas. A listed host
 * name may resolve to any address.
 * @throws {FunctionError} `unavailable`, naming the entry that is none of these.
 */
export function parseAllowedPrivate(text: string): readonly string[] {
  const entries = text.split(",").map((entry) => entry.trim());
  const allowed = entries.filter((entry) => entry !== "");
  allowed.forEach(readAllowed);
  return allowed;
}

/** @throws {FunctionError} `unavailable`, naming the entry that is neither address, CIDR range nor host name. */
export function readAllowed(entry: string): Allowed {
  const [address = "", bits, ...rest] = entry.split("/");
  const version = process.getBuiltinModule("node:net").isIP(address);
  if (version === 0) return { name: hostNameOf(entry) };
  const width = version === 4 ? 32 : 128;
  const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= width) || rest.length > 0 || address.includes("%")) throw unreadable(entry);
  return { address, bits: length, family: version === 4 ? "ipv4" : "ipv6" };
}

function hostNameOf(entry: string): string {
  const labels = entry.toLowerCase().split(".");
  const last = labels.at(-1) ?? "";
  // WHATWG URL: a host whose last label is a number is an IPv4 address, however odd.
  const isName =
    labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label)) && !/^(?:\d+|0x[\da-f]*)$/.test(last);
  if (!isName) throw unreadable(entry);
  return labels.join(".");
}

function unreadable(entry: string): FunctionError {
  return new FunctionError(
    "unavailable",
    `Cannot allow outbound requests to ${JSON.stringify(entry)} from OUTBOUND_ALLOW_PRIVATE: it is neither an ` +
      `address, a range such as "10.0.0.0/8", nor a host name. Separate entries by commas.`,
  );
}
