// The front door of the local world: start it, or find the one that runs.

export { type AppSource, discoverApps } from "./app/discover.ts";
export { EngineError } from "./engines/reach.ts";
export { type Home, type HostRecord, homeAt, readHostRecord } from "./home.ts";
export { World, type WorldOptions } from "./world.ts";
