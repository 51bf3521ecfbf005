// Damaged headers as a server lets them in: what can be a field at all, names and values.

export function asFields(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Object(headers) as Record<string, unknown>)
      .map(
        ([name, value]) =>
          [name.toLowerCase(), String(value).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?")] as const,
      )
      .filter(([name]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)),
  );
}
