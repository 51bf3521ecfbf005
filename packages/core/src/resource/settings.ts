// Settings: what an operator may choose, each with its schema, default and description in one place.
import type { OutputOf, Schema } from "../schema.ts";
import { toVariable } from "./resource.ts";

/** One thing an operator may choose. Without a default it must be given before the function starts. */
export interface SettingField<S extends Schema = Schema> {
  readonly schema: S;
  readonly default?: OutputOf<S>;
  readonly description: string;
}

export type SettingFields = Readonly<Record<string, SettingField>>;

export interface Settings<Fields extends SettingFields = SettingFields> {
  readonly kind: "settings";
  readonly fields: Fields;
  /** A reference for places that take a value or where to find one, such as `jwt({ issuer })`. */
  ref<Name extends keyof Fields & string>(name: Name): SettingReference;
}

export interface SettingReference {
  readonly kind: "setting";
  readonly settings: Settings;
  readonly field: string;
}

export type SettingValues<Fields extends SettingFields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends SettingField<infer S> ? OutputOf<S> : never;
};

/**
 * Declares settings. A field `maxPixels` is read from the environment variable `MAX_PIXELS`, else from the
 * settings file, else from its default; text that the schema does not take is tried again as JSON.
 */
export function settings<const Fields extends SettingFields>(fields: Fields): Settings<Fields> {
  const self: Settings<Fields> = {
    kind: "settings",
    fields,
    ref: (field) => ({ kind: "setting", settings: self as unknown as Settings, field }),
  };
  return self;
}

export function settingVariable(field: string): string {
  return toVariable(field);
}
