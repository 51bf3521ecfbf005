// Memory is bounded by the declared pixel limit, and nothing but input and parameters decides the bytes.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBudget, memoryPerPixel } from "../src/budget.ts";
import { engine } from "../src/plan.ts";
import { bombs, heaviest } from "./bombs.ts";
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
    "refuses %s before it is drawn",
    async (name, bytes) => {
      const path = join(folder, `${name.replaceAll(/\W/g, "-")}.svg`);
      await writeFile(path, bytes);
      const { result, roseMiB } = await inProcess("memory.ts", path, "50000000");
      expect(result).toMatch(
        /^Cannot convert the (?:SVG: its?|picture: it is none of|picture: it has more|picture: its texts)/,
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
      // 16 bytes for a pixel of a large one, beside its parts.
      expect(roseMiB).toBeLessThan(200);
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

describe("a budget", () => {
  it("is given to whoever came first: small ones do not overtake a large one for ever", async () => {
    const within = createBudget();
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const begin = (name: string, bytes: number) =>
      within(bytes, 100, async () => {
        begun.push(name);
        await new Promise<void>((end) => ends.set(name, end));
      });
    const all = [begin("small", 10), begin("large", 100), begin("late", 10)];
    await expect.poll(() => begun).toEqual(["small"]);
    ends.get("small")?.();
    await expect.poll(() => begun).toEqual(["small", "large"]);
    ends.get("large")?.();
    await expect.poll(() => begun).toEqual(["small", "large", "late"]);
    ends.get("late")?.();
    await Promise.all(all);
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
