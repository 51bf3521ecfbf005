// Node's own modules are taken by `process.getBuiltinModule`. An import statement would have the loader read every
// export of a module, lazy ones included: `import "node:http"` costs a cold start 33 ms of CPU, this costs 3.
// https://github.com/nodejs/node/issues/59686
import { isBuiltin } from "node:module";
import type { Plugin } from "esbuild";

export function builtinsOnDemand(): Plugin {
  return {
    name: "builtins-on-demand",
    setup(build) {
      build.onResolve({ filter: /^[a-z][a-z0-9_:/]*$/ }, ({ path, kind }) => {
        if (!isBuiltin(path) || (kind !== "import-statement" && kind !== "require-call")) return undefined;
        const full = path.startsWith("node:") ? path : `node:${path}`;
        return { path: full, namespace: "builtin", sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
        loader: "js",
      }));
    },
  };
}
