// Names of functions and resources: short where they are written, qualified by their app where they are meant.

/** `photos` in the app `gallery` is `gallery/photos`; what is qualified already stays. */
export function qualified(app: string, name: string): string {
  return name.includes("/") ? name : `${app}/${name}`;
}

/** What a list shows of where an entry or a line comes from. */
export function placeOf({
  app,
  function: fn,
}: {
  readonly app?: string;
  readonly function?: string;
}): string {
  return [app, fn].filter((part) => part !== undefined).join("/");
}
