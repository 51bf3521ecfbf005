// Converts six photos to AVIF at once and prints their sizes and how far the memory of the process rose over that of a small one.
import { plain } from "../pictures.ts";
import { World } from "../world.ts";

const [maxPixels = ""] = process.argv.slice(2);
const presets = '[{"name":"large","width":1500,"height":1500,"formats":["avif"]}]';
await using world = await World.open({ MAX_PIXELS: maxPixels, PRESETS: presets });
await world.convert("small.png", await plain(9, 9));
const photo = await plain(1500, 1500);
const keys = Array.from({ length: 6 }, (_, index) => `${index}.png`);
for (const key of keys) await world.put(key, photo);
const before = process.resourceUsage().maxRSS;
await Promise.all(world.changes.splice(0).map((change) => world.deliver(change)));
const roseMiB = (process.resourceUsage().maxRSS - before) / 1024;
const manifests = await Promise.all(keys.map((key) => world.manifest(key)));
const results = manifests.map((made) =>
  made?.renditions.map(({ width, height }) => `${width} × ${height}`).join(),
);
console.log(JSON.stringify({ results, roseMiB }));
