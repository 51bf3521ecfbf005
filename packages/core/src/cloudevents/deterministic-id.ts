// Event ids for sources that have none: the same occurrence gives the same id, on every machine.

/**
 * 24 characters of `[A-Za-z0-9_-]`: the first 144 bits of the SHA-256 of the parts. Where one part ends and the next
 * begins counts, so `("a", "bc")` and `("ab", "c")` differ.
 */
export function deterministicId(...parts: readonly string[]): string {
  // Loaded here: node:crypto costs 4–6 ms of cold start, and most functions never make an id.
  const { hash } = process.getBuiltinModule("node:crypto");
  return hash("sha256", JSON.stringify(parts), "base64url").slice(0, 24);
}
