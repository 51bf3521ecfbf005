// Loads every function of the app, then the image library, and prints whether its native part was there before and after.
import { readdir } from "node:fs/promises";
import { loadSharp } from "../../src/sharp.ts";

const folder = new URL("../../src/functions/", import.meta.url);
for (const name of await readdir(folder)) await import(new URL(name, folder).href);
const isLoaded = () => {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects.some((path) => /sharp|vips/.test(path));
};
const before = isLoaded();
await loadSharp();
console.log(JSON.stringify({ before, after: isLoaded() }));
