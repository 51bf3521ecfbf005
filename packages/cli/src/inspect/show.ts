// An inspection for people.
import type { FunctionDescription, TriggerDescription } from "@faasade/core/adapter";
import { columns, count, formatBytes, oneLine, print, styled } from "../output.ts";
import type { Inspection } from "./inspect.ts";

export function showInspection(inspection: Inspection): void {
  const { app, name, file, bundle, load, timeoutSeconds, maxAttempts, once } = inspection;
  const outside = bundle.externals.length === 0 ? "" : `, beside it: ${bundle.externals.join(", ")}`;
  print(styled("bold", `${app}/${name}`));
  print(
    columns(
      [
        ["File", file],
        ["Started by", describeTrigger(inspection.trigger)],
        ["Limits", `${timeoutSeconds} s, ${count(maxAttempts, "attempt")}`],
        ...(once === undefined ? [] : [["Seen as once", `in ${once}`]]),
        [
          "Bundle",
          `${formatBytes(bundle.bytes)} minified, ${formatBytes(bundle.gzipBytes)} gzipped${outside}`,
        ],
        ["Loads", `${count(load.modules.length, "module")} (${origins(load.modules)})`],
        ["Node's own", load.builtins.join(", ") || "none"],
        ["Load time", `${load.milliseconds} ms, ${load.cpuMilliseconds} ms of CPU`],
        ...section("May touch", permissions(inspection)),
        ...section("Settings", settings(inspection)),
      ],
      "  ",
    ),
  );
}

export function describeTrigger(trigger: TriggerDescription): string {
  switch (trigger.kind) {
    case "http":
      return trigger.routes.map(({ method, path, auth }) => `${method} ${path} (${auth})`).join(", ");
    case "schedule":
      return `"${trigger.cron}" in ${trigger.timeZone}, missed: ${trigger.misfire}`;
    case "object": {
      const ending = trigger.suffix === undefined ? "" : ` ending in ${trigger.suffix.join(", ")}`;
      const beginning = trigger.prefix === undefined ? "" : ` below ${trigger.prefix}`;
      return `objects ${trigger.change} in ${trigger.store}${beginning}${ending}`;
    }
    case "message": {
      const { batch } = trigger;
      const size = batch === undefined ? "" : `, up to ${batch.size} at once, ${batch.windowSeconds} s`;
      return `messages of the ${trigger.sourceKind} ${trigger.source}${size}`;
    }
    case "call":
      return "a call by name";
  }
}

function permissions({ grants }: FunctionDescription): string[] {
  return grants.map(({ kind, name, access }) =>
    access === "trigger" ? `${kind} ${name}: starts it` : `${kind} ${name}: ${access}`,
  );
}

function settings({ settings }: FunctionDescription): string[] {
  return settings.map((setting) => {
    const byDefault = "default" in setting ? JSON.stringify(setting.default) : "required";
    return `${setting.variable} (${oneLine(byDefault ?? "none", 60)}): ${oneLine(setting.description, 100)}`;
  });
}

function section(title: string, lines: readonly string[]): string[][] {
  return lines.length === 0
    ? [[title, "nothing"]]
    : lines.map((line, index) => [index === 0 ? title : "", line]);
}

/** `3 of the app, 12 of packages/core, 1 of valibot`. */
function origins(modules: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const module of modules) {
    const inPackage = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1];
    const origin =
      inPackage ??
      (module.startsWith("apps/") ? "the app" : (/packages\/[^/]+/.exec(module)?.[0] ?? "elsewhere"));
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return [...counts].map(([origin, number]) => `${number} of ${origin}`).join(", ");
}
