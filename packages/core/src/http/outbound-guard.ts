// Which addresses outbound requests may reach: public ones, and private ones the operator has listed.
import { readAllowed } from "./allowed-private.ts";

export interface AddressGuard {
  /** Whether `address`, which `hostname` resolved to or is, may be connected to. */
  allows(address: string, hostname: string): boolean;
}

type Range = readonly [address: string, bits: number];

// Not globally reachable, by https://www.iana.org/assignments/iana-ipv4-special-registry; multicast and class E.
const privateRanges4: readonly Range[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  // Azure's host, which answers its machines alone: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ["168.63.129.16", 32],
];

// Inside 2000::/3 and yet not reachable, or a way round the ranges above (Teredo, 6to4):
// https://www.iana.org/assignments/iana-ipv6-special-registry
const privateRanges6: readonly Range[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

// All that IANA has given out to the public, and NAT64 (RFC 6052), by which hosts without IPv4 reach the rest.
const publicRanges6: readonly Range[] = [
  ["2000::", 3],
  ["64:ff9b::", 96],
];

/** @throws {FunctionError} `unavailable`, naming the entry that is neither address, CIDR range nor host name. */
export function createAddressGuard(allowPrivate: readonly string[]): AddressGuard {
  const { BlockList, isIP } = process.getBuiltinModule("node:net");
  const listed = new BlockList();
  const listedNames = new Set<string>();
  for (const entry of allowPrivate) {
    const allowed = readAllowed(entry);
    if ("name" in allowed) listedNames.add(allowed.name);
    else listed.addSubnet(allowed.address, allowed.bits, allowed.family);
  }
  const refused = new BlockList();
  for (const [address, bits] of privateRanges4) {
    refused.addSubnet(address, bits, "ipv4");
    refused.addSubnet(`64:ff9b::${address}`, 96 + bits, "ipv6");
  }
  for (const [address, bits] of privateRanges6) refused.addSubnet(address, bits, "ipv6");
  const reachable6 = new BlockList();
  for (const [address, bits] of publicRanges6) reachable6.addSubnet(address, bits, "ipv6");
  return {
    allows(address, hostname) {
      const family = isIP(address);
      if (family === 0 || address.includes("%")) return false;
      if (listedNames.has(hostname.toLowerCase().replace(/\.$/, ""))) return true;
      if (family === 4) return listed.check(address, "ipv4") || !refused.check(address, "ipv4");
      return (
        listed.check(address, "ipv6") ||
        (reachable6.check(address, "ipv6") && !refused.check(address, "ipv6"))
      );
    },
  };
}
