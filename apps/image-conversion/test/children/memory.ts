// Looks at a picture, or renders it, and prints the error and how far the memory of the process rose over that of a small one.
import { readFileSync } from "node:fs";
import { inspect } from "../../src/inspect.ts";
import { render } from "../../src/render.ts";
import { plain } from "../pictures.ts";

const [path = "", maxPixels = ""] = process.argv.slice(2);
const output = { width: 320, height: 320, fit: "inside", format: "webp", quality: 80, effort: 0 } as const;
const limit = Number(maxPixels);

async function convert(bytes: Uint8Array): Promise<string> {
  try {
    const picture = await inspect(bytes, [], limit);
    await render(bytes, picture, [output], limit);
    return "rendered";
  } catch (error) {
    return (error as Error).message;
  }
}

await convert(await plain(100, 100));
const bytes = readFileSync(path);
const before = process.resourceUsage().maxRSS;
const result = await convert(bytes);
console.log(JSON.stringify({ result, roseMiB: (process.resourceUsage().maxRSS - before) / 1024 }));
