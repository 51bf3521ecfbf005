// Settings: a parameter each, left out of the environment where the operator chose nothing.
import type { SettingDescription } from "@faasade/core/adapter";
import { entryName } from "./names.ts";
import type { Plan } from "./plan.ts";
import { choose, type Json, nothing, ref } from "./values.ts";

export function settingValue({ template }: Plan, setting: SettingDescription): Json {
  const id = entryName(setting.variable, "Setting");
  const Description = `${setting.variable}: ${setting.description}`;
  if (!("default" in setting)) {
    template.parameter(id, { Type: "String", Description, MinLength: 1 });
    return ref(id);
  }
  const condition = `Has${id}`;
  template.parameter(id, { Type: "String", Description: `${Description} Empty: its default.`, Default: "" });
  template.condition(condition, { "Fn::Not": [{ "Fn::Equals": [ref(id), ""] }] });
  return choose(condition, ref(id), nothing);
}
