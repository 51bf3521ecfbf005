// What a stage remembers of itself: labels of its services, which hold 63 characters of a-z, 0-9, "-" and "_".
import type { Ledger } from "../ledger.ts";

type Remembered = Pick<Ledger, "build" | "packaging" | "unit" | "at"> &
  Partial<Pick<Ledger, "app" | "stage">>;

const longest = 63;

export function ledgerLabels({ build, packaging, unit, at }: Ledger): Readonly<Record<string, string>> {
  return {
    "faasade-build": build.slice(0, longest),
    "faasade-build-end": build.slice(longest),
    "faasade-packaging": packaging,
    "faasade-unit": unit,
    "faasade-at": String(Date.parse(at)),
  };
}

export function ledgerIn(labels: Readonly<Record<string, string>>): Remembered | undefined {
  const { "faasade-build": start, "faasade-build-end": end = "", "faasade-unit": unit } = labels;
  // What the build labelled it with.
  const { "faasade-app": app, "faasade-stage": stage } = labels;
  const at = Number(labels["faasade-at"]);
  if (start === undefined || !Number.isFinite(at)) return undefined;
  return {
    ...(app === undefined ? {} : { app }),
    ...(stage === undefined ? {} : { stage }),
    build: start + end,
    packaging: labels["faasade-packaging"] ?? "",
    unit: unit === "function" ? "function" : "app",
    at: new Date(at).toISOString(),
  };
}
