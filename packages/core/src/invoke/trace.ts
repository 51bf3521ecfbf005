// W3C Trace Context: the parent a caller sent, or a new root.

/** A new, sampled root: `00-<32 hex>-<16 hex>-01`. */
export function newTraceparent(random: () => number): string {
  return `00-${hex(random, 32)}-${hex(random, 16)}-01`;
}

/** What came, when it is a valid version 00 parent; else undefined, so that a new root is made. */
export function readTraceparent(value: string | null | undefined): string | undefined {
  if (value === null || value === undefined || value.length !== 55) return undefined;
  if (!/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value)) return undefined;
  return value.startsWith("00-00000000000000000000000000000000") || value.slice(36, 52) === "0000000000000000"
    ? undefined
    : value;
}

function hex(random: () => number, length: number): string {
  let digits = "";
  while (digits.length < length) {
    digits += Math.floor(random() * 0x100000000)
      .toString(16)
      .padStart(8, "0");
  }
  // All zeros means "no parent"; a leading 1 rules it out.
  return /[1-9a-f]/.test(digits) ? digits : `1${digits.slice(1)}`;
}
