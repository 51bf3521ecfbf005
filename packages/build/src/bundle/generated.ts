// Modules that exist only during a build: the entry, and the app it composes.
import type { Plugin } from "esbuild";

/** Imports of generated modules resolve as if they stood at the root. */
export function generated(root: string, sources: Readonly<Record<string, string>>): Plugin {
  return {
    name: "generated",
    setup(build) {
      build.onResolve({ filter: /^faasade:/ }, ({ path }) => ({ path, namespace: "generated" }));
      build.onLoad({ filter: /.*/, namespace: "generated" }, ({ path }) => {
        const contents = sources[path];
        return contents === undefined ? undefined : { contents, loader: "js", resolveDir: root };
      });
    },
  };
}
