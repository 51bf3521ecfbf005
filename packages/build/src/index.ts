// The front door of the build: an app in, a platform's artefacts and manifests out.
export { buildApp } from "./build.ts";
export { driverNames } from "./plan/drivers.ts";
export { type Place, placesFor } from "./plan/where.ts";
export type { ArtefactResult, Budget, BuildOptions, BuildResult, FunctionSize } from "./result.ts";
