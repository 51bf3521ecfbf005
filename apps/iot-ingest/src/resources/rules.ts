// When somebody is to be told.
import { type SettingValues, settings } from "@faasade/core";
import * as v from "valibot";

const rule = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,60}$/)),
    metric: v.string(),
    kind: v.picklist(["above", "below", "rate", "missing"]),
    raise: v.number(),
    clear: v.number(),
  }),
  v.check(
    ({ kind, raise, clear }) => (kind === "below" ? clear >= raise : clear <= raise),
    "clear is on the quiet side of raise",
  ),
);
export type Rule = v.InferOutput<typeof rule>;

export const rules = settings({
  alerts: {
    schema: v.pipe(
      v.array(rule),
      v.check((all) => new Set(all.map(({ name }) => name)).size === all.length, "Two rules have one name"),
      v.readonly(),
    ),
    default: [
      { name: "heat", metric: "temperature", kind: "above", raise: 32, clear: 30 },
      { name: "gale", metric: "wind-speed", kind: "above", raise: 9, clear: 6 },
      { name: "pressure-jump", metric: "pressure", kind: "rate", raise: 1, clear: 0.1 },
      { name: "silent", metric: "temperature", kind: "missing", raise: 300, clear: 0 },
    ],
    description:
      "When to alert, as JSON: name, metric, kind (above, below, rate per minute, missing for seconds), raise, clear.",
  },
});
export type Rules = SettingValues<typeof rules.fields>["alerts"];
