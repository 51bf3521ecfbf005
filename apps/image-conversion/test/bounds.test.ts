// Memory is bounded by the declared pixel limit, and nothing but input and parameters decides the bytes.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBudget, memoryPerPixel } from "../src/budget.ts";
import { engine } from "../src/plan.ts";
import { bomb, sample, svg } from "./pictures.ts";

const run = promisify(execFile);

async function inProcess(script: string, ...args: string[]) {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const { stdout } = await run(process.execPath, [path, ...args], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 100_000,
  });
  return JSON.parse(stdout);
}

const many = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index)).join("");

function chunk(type: string, head: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type + head, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(body.length - 4);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

const packedText = () => chunk("zTXt", "t\0\0", deflateSync(Buffer.alloc(7 << 20)));

/** A picture of one pixel with more chunks behind its header. */
function pngWith(chunks: readonly Buffer[]): Buffer {
  const header = Buffer.from("89504e470d0a1a0a", "hex");
  const size = chunk("IHDR", "", Buffer.from("00000001000000010802000000", "hex"));
  const pixels = chunk("IDAT", "", deflateSync(Buffer.alloc(4)));
  return Buffer.concat([header, size, ...chunks, pixels, chunk("IEND", "", Buffer.alloc(0))]);
}

/** An animation that says that it has so many frames, each of them empty. */
function webpOf(frames: number): Buffer {
  const frame = Buffer.concat([Buffer.from("ANMF"), Buffer.from([16, 0, 0, 0]), Buffer.alloc(16)]);
  const head = Buffer.concat([
    Buffer.from("WEBPVP8X"),
    Buffer.from([10, 0, 0, 0, 2, 0, 0, 0]),
    Buffer.alloc(6),
  ]);
  const body = Buffer.concat([head, ...Array.from({ length: frames }, () => frame)]);
  const riff = Buffer.from("RIFF\0\0\0\0", "latin1");
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

/** Small files that took hundreds of megabytes or a minute to parse, to lay out or to draw. */
function bombs(): Record<string, Buffer> {
  const size = 'width="900" height="900"';
  const clips = many(8, (level) => {
    const clipped = `<rect width="9" height="9" clip-path="url(#a${level})"/>`;
    return `<clipPath id="a${level + 1}">${clipped.repeat(10)}</clipPath>`;
  });
  return {
    "a compressed SVG of 900,000 elements": gzipSync(svg("<g/>".repeat(900_000), size)),
    "a compressed SVG of an endless text": gzipSync(svg(`<text>${"a".repeat(100_000)}</text>`, "")),
    "an SVG in UTF-16": Buffer.from(`\uFEFF${svg("<g/>".repeat(100_000), size)}`, "utf16le"),
    "an SVG in UTF-16, big end first": Buffer.from(
      `\uFEFF${svg("<g/>".repeat(100_000), size)}`,
      "utf16le",
    ).swap16(),
    "240,000 elements": svg("<g/>".repeat(240_000), size),
    "5,001 elements": svg("<g/>".repeat(5_000), size),
    "12,000 text spans": svg(`<text>${"<tspan>aaaaaaaaa</tspan>".repeat(12_000)}</text>`, size),
    "letters in many spans": svg(`<text>${"<tspan>aaa</tspan>".repeat(700)}</text>`, size),
    "blanks in a text": svg(`<text xml:space="preserve">a<tspan/>${" ".repeat(2_001)}</text>`, size),
    "letters in one line": svg(`<text>${"a".repeat(9_900)}</text>`, size),
    "nested clip paths": svg(
      `<clipPath id="a0"><path d="M0 0"/></clipPath>${clips}<g clip-path="url(#a8)"/>`,
      size,
    ),
    "a long line of short dashes": svg('<path d="M0 0L9000000 9" stroke="red" stroke-dasharray="1"/>', size),
    "many rules for many elements": svg(
      `<style>${"g{fill:red}".repeat(5_000)}</style>${"<g/>".repeat(4_900)}`,
      size,
    ),
    "a stroke far wider than the picture": svg(
      `<path d="${"M0 0h1".repeat(9_000)}" stroke="red" stroke-width="3e7" stroke-linejoin="round"/>`,
      size,
    ),
    "a rule of siblings": svg(
      `<style>${"a~g~g,".repeat(1_000)}a{fill:red}</style>${"<g/>".repeat(4_900)}`,
      size,
    ),
    "texts of PNG that unpack to 420 MB": pngWith(Array.from({ length: 60 }, packedText)),
    "a profile of PNG that unpacks to 50 MB": pngWith([
      chunk("iCCP", "p\0\0", deflateSync(Buffer.alloc(50 << 20))),
    ]),
    "20,000 frames": webpOf(20_000),
    "filters in a row": svg(`<rect style="filter:${"blur(5) ".repeat(60)}" ${size}/>`, size),
  };
}

/** What comes close to the limits of a drawing. */
function heaviest(): Record<string, Buffer> {
  const size = 'width="900" height="900"';
  const point = (index: number) => `${((index * 7919) % 1800) - 450} ${((index * 104_729) % 1800) - 450}`;
  const round = 'stroke="red" stroke-linejoin="round" stroke-linecap="round" stroke-width="300"';
  return {
    elements: svg('<path d="M0 0h9v9z" style="fill:red"/>'.repeat(4_900), size),
    spans: svg(`<text>${"<tspan>a</tspan>".repeat(2_000)}</text>`, size),
    strokes: svg(`<path ${round} d="${many(18_000, (index) => `M${point(index)}h1`)}"/>`, size),
    surfaces: svg(
      `${"<g opacity='.5'>".repeat(15)}<rect width="2490" height="2490"/>${"</g>".repeat(15)}`,
      'width="2490" height="2490"',
    ),
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "image-conversion-bounds-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the pixel limit", () => {
  it("refuses a bomb of 12000 × 12000 without decoding it", async () => {
    const path = join(folder, "bomb.png");
    await writeFile(path, await bomb(12_000, 12_000));
    const { result, roseMiB } = await inProcess("memory.ts", path, "50000000");
    expect(result).toBe(
      "Cannot convert the picture: it has 12000 × 12000 = 144000000 pixels, MAX_PIXELS allows 50000000.",
    );
    expect(roseMiB).toBeLessThan(40);
  }, 120_000);

  it("refuses a GIF whose canvas is a bomb", async () => {
    const path = join(folder, "bomb.gif");
    // 65535 × 65535, no frame: a screen descriptor and the end.
    await writeFile(
      path,
      Buffer.from("474946383961ffffffff000000" + "2c00000000ffffffff00" + "0204800000000000" + "3b", "hex"),
    );
    const { result, roseMiB } = await inProcess("memory.ts", path, "50000000");
    expect(result).toMatch(/^Cannot convert the picture/);
    expect(roseMiB).toBeLessThan(40);
  }, 120_000);

  it("refuses an SVG that carries a bomb, and one that multiplies itself, before either is drawn", async () => {
    const png = (await bomb(10_000, 10_000)).toString("base64");
    const parts = Array.from(
      { length: 8 },
      (_, level) => `<g id="g${level + 1}">${`<use href="#g${level}"/>`.repeat(10)}</g>`,
    );
    const drawings = [
      svg(`<image href="data:image/png;base64,${png}" width="9" height="9"/>`),
      svg(`<rect id="g0" width="1" height="1"/>${parts.join("")}`),
    ];
    for (const [index, bytes] of drawings.entries()) {
      const path = join(folder, `bomb-${index}.svg`);
      await writeFile(path, bytes);
      const { result, roseMiB } = await inProcess("memory.ts", path, "1000000");
      expect(result).toMatch(/^Cannot convert the SVG/);
      expect(roseMiB).toBeLessThan(40);
    }
  }, 120_000);

  it.each(Object.entries(bombs()))(
    "refuses %s before anything parses it",
    async (name, bytes) => {
      const path = join(folder, `${name.replaceAll(/\W/g, "-")}.svg`);
      await writeFile(path, bytes);
      const { result, roseMiB } = await inProcess("memory.ts", path, "50000000");
      expect(result).toMatch(
        /^Cannot convert the (?:SVG: it|picture: it is none of|picture: it has more|picture: its texts)/,
      );
      expect(roseMiB).toBeLessThan(40);
    },
    120_000,
  );

  it.each(Object.entries(heaviest()))(
    "bounds the memory of the heaviest drawing of %s",
    async (name, bytes) => {
      const path = join(folder, `heaviest-${name.replaceAll(/\W/g, "-")}.svg`);
      await writeFile(path, bytes);
      const { result, roseMiB } = await inProcess("memory.ts", path, "50000000");
      expect(result).toBe("rendered");
      expect(roseMiB).toBeLessThan(120);
    },
    120_000,
  );

  it("bounds what conversions to AVIF take together", async () => {
    const { results, roseMiB } = await inProcess("together.ts", "8000000");
    expect(results).toEqual(Array(6).fill("1500 × 1500"));
    expect(roseMiB).toBeLessThan((8_000_000 * memoryPerPixel.all) / 2 ** 20 + 40);
  }, 120_000);

  it.each([
    ["png", 7_000, 7_000],
    ["jpeg", 4_000, 3_000],
    ["avif", 3_000, 2_000],
  ] as const)(
    "bounds the memory of originals that are allowed: %s",
    async (format, width, height) => {
      const path = join(folder, `large.${format}`);
      const blown = sharp(sample("hubble-deep-field.jpg")).resize(width, height, { fit: "fill" });
      const encode = {
        png: () => blown.png({ compressionLevel: 1 }),
        jpeg: () => blown.jpeg({ progressive: true }),
        avif: () => blown.avif({ effort: 0 }),
      };
      await encode[format]().toFile(path);
      const { result, roseMiB } = await inProcess("memory.ts", path, "50000000");
      expect(result).toBe("rendered");
      const bytesPerPixel = format === "avif" ? 22 : memoryPerPixel.decode;
      expect(roseMiB).toBeLessThan((width * height * bytesPerPixel) / 2 ** 20 + 40);
    },
    120_000,
  );

  it("is shared by all pictures that one process has in work at a time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 20 }),
        fc.scheduler(),
        async (sizes, scheduler) => {
          let inWork: number[] = [];
          let finished = 0;
          const within = createBudget();
          const all = sizes.map((bytes) =>
            within(bytes, 100, async () => {
              inWork.push(bytes);
              const total = inWork.reduce((sum, one) => sum + one, 0);
              expect(total <= 100 || inWork.length === 1).toBe(true);
              await scheduler.schedule(Promise.resolve());
              inWork = inWork.toSpliced(inWork.indexOf(bytes), 1);
              finished += 1;
              if (bytes % 7 === 0) throw new Error("broken");
            }),
          );
          const settled = Promise.allSettled(all);
          await scheduler.waitFor(settled);
          expect(finished).toBe(sizes.length);
        },
      ),
    );
  });
});

describe("results", () => {
  it("are the same bytes under the same names and ETags in two processes", async () => {
    const [one, two] = [await inProcess("convert.ts"), await inProcess("convert.ts")];
    expect(Object.keys(one.state)).toHaveLength(3 * 6 + 1);
    expect(two).toEqual(one);
  }, 120_000);

  it("carry the version of the library in their names, so a new one makes new results", async () => {
    const path = fileURLToPath(new URL("../package.json", import.meta.url));
    const { dependencies } = JSON.parse(await readFile(path, "utf8"));
    expect(engine).toBe(`sharp ${dependencies.sharp}`);
  });
});
