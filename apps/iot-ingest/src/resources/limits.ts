// What is taken for a reading, and how long it is kept.
import { type SettingValues, settings } from "@faasade/core";
import * as v from "valibot";

const positive = v.pipe(v.number(), v.minValue(0));

export const limits = settings({
  lateHours: {
    schema: positive,
    default: 48,
    description: "Readings that arrive later than this are quarantined.",
  },
  aheadSeconds: {
    schema: positive,
    default: 300,
    description: "How far a device's clock may be ahead.",
  },
  maxItems: {
    schema: v.pipe(v.number(), v.integer(), v.minValue(1)),
    default: 5000,
    description: "The most readings of one message.",
  },
  rawDays: {
    schema: v.pipe(v.number(), v.minValue(1)),
    default: 7,
    description:
      "How long single readings are kept. What is older is not taken any more, whatever LATE_HOURS says.",
  },
  minuteDays: { schema: positive, default: 30, description: "How long averages of a minute are kept." },
  hourDays: {
    schema: positive,
    default: 400,
    description: "How long averages of an hour are kept; of a day, for ever.",
  },
  quarantineDays: { schema: positive, default: 30, description: "How long what could not be read is kept." },
});
export type Limits = SettingValues<typeof limits.fields>;
