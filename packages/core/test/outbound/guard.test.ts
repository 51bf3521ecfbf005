import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOutboundHttp, parseAllowedPrivate } from "../../src/http/outbound.ts";
import { createAddressGuard } from "../../src/http/outbound-guard.ts";

const closed = createAddressGuard([]);
const ranges = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32",
];

/** Any address of a range, as a number. */
const privateNumber = fc.constantFrom(...ranges).chain((range) => {
  const [address = "", bits] = range.split("/");
  const size = 2 ** (32 - Number(bits));
  const first = toNumber(address);
  // The edges are where a range is got wrong.
  return fc.oneof(
    fc.constant(first),
    fc.constant(first + size - 1),
    fc.integer({ min: first, max: first + size - 1 }),
  );
});

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function octets(number: number): [number, number, number, number] {
  return [
    Math.floor(number / 2 ** 24),
    Math.floor(number / 2 ** 16) % 256,
    Math.floor(number / 256) % 256,
    number % 256,
  ];
}

const octal = (value: number) => `0${value.toString(8)}`;
const hexadecimal = (value: number) => `0x${value.toString(16)}`;
const hex4 = (value: number) => value.toString(16).padStart(4, "0");

/** Every way a URL may spell an IPv4 address, alone or inside an IPv6 address. */
const spellings: readonly ((number: number) => string)[] = [
  (number) => octets(number).join("."),
  (number) => String(number),
  (number) => hexadecimal(number),
  (number) => octal(number),
  (number) => octets(number).map(octal).join("."),
  (number) => octets(number).map(hexadecimal).join("."),
  (number) => `${octets(number)[0]}.${number % 2 ** 24}`,
  (number) => `${octets(number).slice(0, 2).join(".")}.${number % 2 ** 16}`,
  (number) => `${octets(number).join(".")}.`,
  (number) => octets(number).join("%2e"),
  (number) => octets(number).join("。"),
  (number) => `[::ffff:${octets(number).join(".")}]`,
  (number) => `[0:0:0:0:0:FFFF:${hex4(Math.floor(number / 65536))}:${hex4(number % 65536)}]`,
  (number) => `[::${octets(number).join(".")}]`,
  (number) => `[64:ff9b::${octets(number).join(".")}]`,
  (number) => `[64:ff9b:1::${octets(number).join(".")}]`,
  (number) => `[2002:${hex4(Math.floor(number / 65536))}:${hex4(number % 65536)}::1]`,
];

describe("outbound addresses", () => {
  it("refuses every private IPv4 address, however the URL spells it", async () => {
    const http = createOutboundHttp();
    const property = fc.asyncProperty(privateNumber, fc.constantFrom(...spellings), async (number, spell) => {
      const request = http.fetch(`http://${spell(number)}:1/`, { timeoutSeconds: 5 });
      await expect(request).rejects.toMatchObject({ code: "forbidden" });
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  it.each([
    "0:0:0:0:0:0:0:0",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:808:808::1",
    "3fff::1",
    "64:ff9b:1::808:808",
    "::ffff:8.8.8.8",
    "100::1",
    "5f00::1",
    "4000::1",
  ])("refuses %s", (address) => expect(closed.allows(address, "example.org")).toBe(false));

  it.each([
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "64:ff9b::1.1.1.1",
  ])("lets %s through", (address) => expect(closed.allows(address, "example.org")).toBe(true));

  it("refuses what is not an address at all", () => {
    for (const text of ["", "localhost", "1.1.1.1.1", "1.1.1", "example.org"])
      expect(closed.allows(text, text)).toBe(false);
  });
});

describe("OUTBOUND_ALLOW_PRIVATE", () => {
  it("opens the listed addresses and ranges and nothing beside them", () => {
    const guard = createAddressGuard(parseAllowedPrivate(" 10.1.0.0/16, 192.168.7.7 ,, fd12::/16,"));
    for (const address of ["10.1.0.0", "10.1.255.255", "192.168.7.7", "fd12::1"])
      expect(guard.allows(address, "x")).toBe(true);
    for (const address of ["10.0.255.255", "10.2.0.0", "192.168.7.8", "fd13::1", "127.0.0.1"])
      expect(guard.allows(address, "x")).toBe(false);
  });

  it("opens whatever a listed host name resolves to, for that name alone", () => {
    const guard = createAddressGuard(["Minio.internal", "localhost"]);
    expect(guard.allows("10.0.0.1", "minio.internal")).toBe(true);
    expect(guard.allows("127.0.0.1", "LOCALHOST.")).toBe(true);
    expect(guard.allows("10.0.0.1", "evil.minio.internal")).toBe(false);
    expect(guard.allows("10.0.0.1", "minio.internal.example.org")).toBe(false);
  });

  it("is empty when the setting is", () => {
    expect(parseAllowedPrivate("")).toEqual([]);
    expect(parseAllowedPrivate(" , ")).toEqual([]);
  });

  it.each([
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "::1/129",
    "fe80::1%eth0",
    "010.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "http://localhost",
    "localhost:8080",
    "a b",
    "*.internal",
    "host/8",
    "[::1]",
  ])("refuses the entry %s by name", (entry) => {
    const parse = () => parseAllowedPrivate(`10.0.0.0/8,${entry}`);
    expect(parse).toThrow(
      expect.objectContaining({
        code: "unavailable",
        message: expect.stringContaining(JSON.stringify(entry)),
      }),
    );
  });
});
