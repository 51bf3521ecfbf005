// The file that an operator fills in: where the resources are, and the settings, each with what it is for.
import { type FunctionDescription, type Grant, urlVariable } from "@faasade/core/adapter";

export interface SettingsFileOptions {
  /** What is known of some `<RESOURCE>_URL`s; the operator fills in the others. */
  readonly urls: Readonly<Record<string, string>>;
  readonly driverOf: (grant: Grant) => string;
  /** Whose URL is kept elsewhere. */
  readonly isUrlSecret: (grant: Grant) => boolean;
}

/** A line for each value, commented out: what starts without one that it must have says which one it is. */
export function settingsFile(
  head: string,
  functions: readonly FunctionDescription[],
  { urls, driverOf, isUrlSecret }: SettingsFileOptions,
): string {
  const lines = new Map<string, string>();
  if (functions.some(({ trigger }) => trigger.kind === "http"))
    lines.set("PUBLIC_URL", "# PUBLIC_URL: where the app is reached from outside.\n#PUBLIC_URL=https://");
  for (const { grants, settings } of functions) {
    for (const grant of grants) {
      const variable = urlVariable(grant.name);
      if (grant.kind === "secret" || isUrlSecret(grant) || lines.has(variable)) continue;
      const known = urls[variable];
      const line = known === undefined ? `#${variable}=` : `${variable}=${known}`;
      lines.set(
        variable,
        `# ${variable}: where the ${grant.kind} ${grant.name} (${driverOf(grant)}) is.\n${line}`,
      );
    }
    for (const { variable, description, ...rest } of settings) {
      const line = description.replaceAll(/\s+/g, " ");
      const value = "default" in rest ? textOf(rest.default) : "";
      const otherwise = "default" in rest ? " Commented out: its default." : "";
      lines.set(variable, `# ${variable}: ${line}${otherwise}\n#${variable}=${value}`);
    }
  }
  return `${[`# ${head}`, ...lines.values()].join("\n\n")}\n`;
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
