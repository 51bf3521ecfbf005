// What converting a 12-megapixel photo costs in CPU beside sharp alone, ImageMagick and jimp. Goal: at most 1.05 × sharp.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { inspect } from "../../apps/image-conversion/src/inspect.ts";
import { chooseOutput, type Output, planRenditions } from "../../apps/image-conversion/src/plan.ts";
import { render } from "../../apps/image-conversion/src/render.ts";
import { type Rendering, rendering } from "../../apps/image-conversion/src/resources/rendering.ts";
import { loadSharp } from "../../apps/image-conversion/src/sharp.ts";
import { findImageMagick } from "../../tools/not-proved.ts";
import { type Finding, findingsTable, printFindings, publish, readOptions, type Section } from "../report.ts";
import { type Contender, compare, cpuMilliseconds, type Row } from "../rounds.ts";

const goal = 1.05;
const sample = join(import.meta.dirname, "../../apps/image-conversion/samples/hubble-deep-field.jpg");
const settings = Object.fromEntries(
  Object.entries(rendering.fields).map(([name, field]) => [name, field.default]),
) as unknown as Rendering;

/** One WebP of 1600 pixels, then all presets at once, as CPU and as wall time. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 7);
  const sections: Section[] = [];
  const measure = async (title: string, contenders: readonly Contender[], unit: string): Promise<void> => {
    const rows = await compare(contenders, options.rounds);
    const findings = unit === "ms CPU" ? rows.map(withGoal) : rows;
    if (options.json) printFindings(findings, unit);
    sections.push({ title, table: findingsTable(findings, unit) });
  };
  const sharp = await loadSharp();
  const photo = await sharp(await readFile(sample))
    .resize(4000, 3000, { fit: "fill" })
    .jpeg({ quality: 90 })
    .toBuffer();
  const one = chooseOutput(
    { width: 1600, height: 1600, fit: "inside", format: "webp", quality: 80 },
    settings,
  );
  const all = planRenditions({ key: "photo", etag: "etag" }, settings).map(({ output }) => output);

  const ours = async (outputs: readonly Output[]) => {
    const picture = await inspect(photo, ["image/jpeg"], settings.maxPixels);
    await render(photo, picture, outputs, settings.maxPixels);
  };
  const direct = async (output: Output) => {
    const { width = 1600, height = 1600, fit, format, quality = 80, effort = 4 } = output;
    const resized = sharp(photo).autoOrient().resize(width, height, { fit, withoutEnlargement: true });
    await resized.toFormat(format, format === "jpeg" ? { quality } : { quality, effort }).toBuffer();
  };
  const apart = async () => void (await Promise.all(all.map(direct)));

  const folder = await mkdtemp(join(tmpdir(), "faasade-bench-"));
  try {
    const path = join(folder, "photo.jpg");
    await writeFile(path, photo);
    const single: Contender[] = [
      { name: "sharp alone: one WebP", measure: () => cpuMilliseconds(() => direct(one)) },
      { name: "image-conversion: one WebP", measure: () => cpuMilliseconds(() => ours([one])) },
      ...(await imageMagick(path, join(folder, "out.webp"))),
      ...(await jimp(photo)),
    ];
    await measure("One WebP of at most 1600 × 1600 pixels:", single, "ms CPU");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const cpu: Contender[] = [
    { name: "sharp alone: every preset apart", measure: () => cpuMilliseconds(apart) },
    { name: "image-conversion: every preset, one decode", measure: () => cpuMilliseconds(() => ours(all)) },
  ];
  await measure("Every preset:", cpu, "ms CPU");
  const wall: Contender[] = [
    { name: "sharp alone: every preset apart", measure: () => wallMilliseconds(apart) },
    {
      name: "image-conversion: every preset, one decode",
      measure: () => wallMilliseconds(() => ours(all)),
    },
  ];
  await measure("Every preset, by the clock:", wall, "ms");
  await publish("image", sections, options);
}

function withGoal(row: Row): Finding {
  return row.name.startsWith("image-conversion") ? { ...row, goal: { ...row, atMost: goal } } : row;
}

async function wallMilliseconds(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** A shell's `times` gives the CPU of its children, which Node does not. */
async function imageMagick(from: string, to: string): Promise<Contender[]> {
  const command = findImageMagick();
  if (command === undefined) {
    console.warn("not measured: ImageMagick is not installed");
    return [];
  }
  const script = '"$1" "$2" -auto-orient -strip -resize 1600x1600 -quality 80 "$3" && times';
  const measure = async () => {
    const { stdout } = await promisify(execFile)("sh", ["-c", script, "sh", command, from, to]);
    return (stdout.trim().split("\n")[1] ?? "").split(" ").reduce((sum, part) => sum + readTime(part), 0);
  };
  return [{ name: "ImageMagick: one WebP", measure }];
}

/** `0m1.230000s` in milliseconds. */
function readTime(text: string): number {
  const [, minutes = "0", seconds = "0"] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60_000 + Number(seconds) * 1000;
}

async function jimp(photo: Buffer): Promise<Contender[]> {
  const name: string = "jimp";
  try {
    const { Jimp } = (await import(name)) as { Jimp: JimpReader };
    const measure = () =>
      cpuMilliseconds(async () => {
        const image = await Jimp.read(photo);
        await image.scaleToFit({ w: 1600, h: 1600 }).getBuffer("image/jpeg", { quality: 80 });
      });
    return [{ name: "jimp: one JPEG (it writes no WebP)", measure }];
  } catch {
    console.warn("not measured: jimp is not installed; run npm ci in bench/");
    return [];
  }
}

interface JimpReader {
  read(bytes: Buffer): Promise<{
    scaleToFit(box: { w: number; h: number }): {
      getBuffer(type: string, options: { quality: number }): Promise<Buffer>;
    };
  }>;
}
