// How files are read, how many bad rows are borne, and when a load goes on in another invocation.
import { type SettingValues, settings } from "@faasade/core";
import * as v from "valibot";

const whole = v.pipe(v.number(), v.integer(), v.minValue(1));

export const loading = settings({
  encoding: {
    schema: v.string(),
    default: "utf-8",
    description: "The encoding of text files without a byte order mark, such as windows-1252.",
  },
  maxBadShare: {
    schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    default: 0.05,
    description: "A file of which a larger share of rows is in quarantine is held, not published.",
  },
  rowsPerPiece: {
    schema: whole,
    default: 10_000,
    description: "Rows that are loaded in one transaction, and held in memory until then.",
  },
  reserveSeconds: {
    schema: v.pipe(v.number(), v.minValue(0)),
    default: 15,
    description: "With less time than this left, a load goes on in another invocation.",
  },
  maxQueryBytes: {
    schema: whole,
    default: 200_000_000,
    description: "The most bytes of the lake that one query may be given.",
  },
});

export type Loading = SettingValues<(typeof loading)["fields"]>;
