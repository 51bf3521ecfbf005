// Reads settings from where the operator put them.
import { FunctionError } from "../error.ts";
import { type Schema, validate } from "../schema.ts";
import { type SettingFields, type Settings, type SettingValues, settingVariable } from "./settings.ts";

/**
 * The values of all fields: what the source says, else the default.
 * @throws {FunctionError} `unavailable`, naming variable, problem and description, when one is missing or refused:
 *   the operator can mend it, so the event is worth delivering again.
 */
export async function readSettings<Fields extends SettingFields>(
  settings: Settings<Fields>,
  source: (variable: string) => string | undefined,
): Promise<SettingValues<Fields>> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(settings.fields)) values[name] = await readSetting(settings, name, source);
  return values as SettingValues<Fields>;
}

export async function readSetting(
  settings: Settings,
  name: string,
  source: (variable: string) => string | undefined,
): Promise<unknown> {
  const field = settings.fields[name];
  if (field === undefined) throw new TypeError(`Cannot read setting ${name}: it is not declared.`);
  const variable = settingVariable(name);
  const text = source(variable);
  if (text === undefined) {
    if ("default" in field) return field.default;
    throw new FunctionError(
      "unavailable",
      `Cannot read setting ${variable}: it is not set. ${field.description}`,
    );
  }
  try {
    return await acceptText(field.schema, text, variable);
  } catch (cause) {
    const message = `${(cause as Error).message}. ${field.description}`;
    throw new FunctionError("unavailable", message, { cause });
  }
}

async function acceptText(schema: Schema, text: string, variable: string): Promise<unknown> {
  const what = `setting ${variable}`;
  try {
    return await validate(schema, text, what);
  } catch (asText) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw asText;
    }
    return await validate(schema, parsed, what);
  }
}
