// Knative's faas-js-runtime, around which `func build` puts Node.js functions.
import { installedPath } from "./installed.ts";
import { type NodeServer, startNodeServer } from "./node-server.ts";

export interface FaasJsRuntimeOptions {
  readonly folder: string;
  /** Relative to the folder; exports the function, or `handle` and its companions. */
  readonly file: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** It ignores PORT, and reads FUNC_PORT. */
export function startFaasJsRuntime({ folder, file, environment }: FaasJsRuntimeOptions): Promise<NodeServer> {
  const cli = installedPath("npm", "node_modules", "faas-js-runtime", "bin", "cli.js");
  return startNodeServer([cli, file], { cwd: folder, environment: { FUNC_PORT: "0", ...environment } });
}
