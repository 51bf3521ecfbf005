// Google's functions-framework, which is what runs a function in Cloud Run functions.
import { installedPath } from "./installed.ts";
import { type NodeServer, startNodeServer } from "./node-server.ts";

export interface FunctionsFrameworkOptions {
  /** Holds package.json, whose `main` registers or exports the function. */
  readonly folder: string;
  readonly target: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export function startFunctionsFramework(options: FunctionsFrameworkOptions): Promise<NodeServer> {
  const { folder, target, environment } = options;
  const main = ["node_modules", "@google-cloud", "functions-framework", "build", "src", "main.js"];
  return startNodeServer([installedPath("npm", ...main)], {
    cwd: folder,
    environment: {
      FUNCTION_TARGET: target,
      K_CONFIGURATION: target,
      K_REVISION: `${target}-00001`,
      K_SERVICE: target,
      NODE_ENV: "production",
      PORT: "0",
      ...environment,
    },
  });
}
