// The source of `faasade:artefact`: the app as data, everything that runs behind a loader.
import type { DeployedResource } from "@faasade/platforms/shared/platform";
import type { DescribedFunction } from "../describe/describe.ts";
import { driverModule } from "../plan/drivers.ts";

/** Paths are relative to the root, so that the source is the same wherever a checkout is. */
export function artefactSource(
  app: string,
  functions: readonly DescribedFunction[],
  resources: readonly DeployedResource[],
  elsewhere: readonly DescribedFunction[] = [],
): string {
  // An artefact of one function has nothing to gain from loading it later.
  const [only] = functions.length === 1 ? functions : [];
  const statement = only === undefined ? "" : `import * as only from ${quote(`./${only.file}`)};\n`;
  const entries = functions.map(({ file, description: { name }, outline }) => {
    const load = only === undefined ? `() => import(${quote(`./${file}`)})` : "async () => only";
    return `{ name: ${quote(name)}, trigger: ${quote(outline)}, load: ${load} }`;
  });
  const routed = elsewhere.map(
    ({ description: { name }, outline }) => `{ name: ${quote(name)}, trigger: ${quote(outline)} }`,
  );
  const drivers = resources
    .filter(({ kind }) => kind !== "secret")
    .map(
      ({ kind, name, driver }) =>
        `${quote(name)}: { load: () => import(${quote(driverModule(kind, driver))}) }`,
    );
  const secret = resources.find(({ kind }) => kind === "secret");
  const { imported = "", secrets = "" } = secret === undefined ? {} : secretSource(secret.driver);
  return `${statement}${imported}export const artefact = {
  app: ${quote(app)},
  functions: [${entries.join(",\n")}],
  ${routed.length === 0 ? "" : `elsewhere: [${routed.join(",\n")}],`}
  drivers: { ${drivers.join(",\n")} },
  ${secrets}
};
`;
}

/** To load a file takes longer than to read what `env` comes to; the others bring an SDK. */
function secretSource(driver: string): { readonly imported: string; readonly secrets: string } {
  const module = quote(driverModule("secret", driver));
  const inEntry = driver === "env";
  return {
    imported: inEntry ? `import * as secret from ${module};\n` : "",
    secrets: `secrets: { url: ${quote(`${driver}:`)}, load: ${inEntry ? "async () => secret" : `() => import(${module})`} },`,
  };
}

const quote = (value: unknown): string => JSON.stringify(value);
