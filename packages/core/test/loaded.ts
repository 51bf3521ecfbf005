// Prints, as JSON, what the import of one module loads: files by URL, and whatever part of Node was not there before.
import { registerHooks } from "node:module";

const [, , first = "", specifier = ""] = process.argv;
const imported: string[] = [];
registerHooks({
  load(url, context, next) {
    imported.push(url);
    return next(url, context);
  },
});
// What it takes to import any TypeScript at all is nobody's fault.
await import(first);
const present = new Set(loadedByNode());
imported.length = 0;
await import(specifier);
const ofNode = loadedByNode().filter((name) => !present.has(name));
console.log(JSON.stringify({ imported, ofNode }));

/** Undocumented, and the only list that knows what `process.getBuiltinModule` and Node's own files have loaded. */
function loadedByNode(): readonly string[] {
  return (process as unknown as { readonly moduleLoadList: readonly string[] }).moduleLoadList;
}
