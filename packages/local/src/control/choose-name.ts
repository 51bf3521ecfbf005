// What a name means that a person wrote, and what to say when it means nothing, or more than one thing.

/**
 * The one of `known` that is named: as a whole, `app/name`, or by its last part where only one ends so.
 * @param kind what is looked for, in words: `queue`.
 * @param refuse makes the error of the message.
 */
export function chooseName(
  kind: string,
  name: string,
  known: Iterable<string>,
  refuse: (message: string) => Error,
): string {
  const all = [...new Set(known)].sort();
  const meant = all.includes(name) ? [name] : all.filter((one) => one.endsWith(`/${name}`));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  throw refuse(
    only === undefined
      ? `Cannot find the ${kind} ${name}: nothing is named so. There are: ${all.join(", ") || "none"}.`
      : `Cannot tell which ${kind} is meant by ${name}: several are named so. Write ${meant.join(" or ")}.`,
  );
}
