// Small files that take much memory or time to parse, to lay out or to draw, and the heaviest that are taken.
import { crc32, deflateSync, gzipSync } from "node:zlib";
import { svg } from "./pictures.ts";

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

/** An animation of so many frames, each of one pixel. */
export function gifOf(frames: number): Buffer {
  const frame = Buffer.from("2c00000000010001000002024c0100", "hex");
  const head = Buffer.from("47494638396101000100800000000000ffffff", "hex");
  return Buffer.concat([head, Buffer.alloc(frames * frame.length, frame), Buffer.from("3b", "hex")]);
}

const round = 'stroke="red" stroke-linejoin="round" stroke-linecap="round"';
const point = (index: number, edge = 900) => `${(index * 7919) % edge} ${(index * 104_729) % edge}`;

/** Small files that took hundreds of megabytes or a minute to parse, to lay out or to draw. */
export function bombs(): Record<string, Buffer> {
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
    "a GIF of a million frames": gifOf(1_000_000),
    "a stroke that grows by the view box": svg(
      `<path ${round} stroke-width="9" d="${many(3_000, (index) => `M${point(index, 9)}h1`)}"/>`,
      `${size} viewBox="0 0 9 9"`,
    ),
    "strokes that grow by transforms": svg(
      `<g transform="scale(9)">${many(500, (index) => `<path ${round} transform="matrix(0 200 -200 0 0 0)" d="M${point(index)}h1"/>`)}</g>`,
      size,
    ),
    "strokes that are wide by a rule": svg(
      `<style>path{stroke:red;stroke-linejoin:round;stroke-width:9in}</style>${many(4_000, () => '<path d="M9 9h1v1"/>')}`,
      size,
    ),
    "strokes that do not scale": svg(
      `<path ${round} stroke-width="900" vector-effect="non-scaling-stroke" d="${many(9_000, (index) => `M${point(index)}h1`)}"/>`,
      `${size} viewBox="0 0 900000 900000"`,
    ),
    "lines across each other": svg(`<path d="M0 0${many(20_000, (index) => `L${point(index)}`)}"/>`, size),
    "curves far outside": svg(
      `<path d="M0 0${many(4_000, (index) => `C${point(index, 90_000)} ${point(index + 1, 90_000)} ${point(index + 2, 90_000)}`)}"/>`,
      size,
    ),
    "curves that swing wider and wider": svg(`<path d="M0 0${"T1 0T0 0".repeat(12_000)}"/>`, size),
    "arcs as large as ellipses get": svg(`<path d="M0 0${"a9 .01 90 01 9 0".repeat(9_000)}"/>`, size),
    "whole pictures on each other": svg('<rect width="900" height="900"/>'.repeat(4_000), size),
    "percentages of it": svg('<circle r="100%"/>'.repeat(4_000), size),
    "transparent layers": svg("<g opacity='.5'><path/></g>".repeat(1_900), 'width="2400" height="2400"'),
    "letters as large as the picture": svg(`<text font-size="900">${"a".repeat(1_900)}</text>`, size),
    "a gradient that is repeated": svg(
      `<radialGradient id="a" r=".01" spreadMethod="repeat">${'<stop offset=".5"/>'.repeat(900)}</radialGradient><rect ${size} fill="url(#a)"/>`,
      size,
    ),
    "sizes by a rule": svg(`<style>circle{r:9000px}</style>${"<circle/>".repeat(4_000)}`, size),
    "no size": svg("<path d='M0 0h1'/>", ""),
    "a size of its own within": svg(`<svg viewBox="0 0 .001 .001" ${size}><path d="M0 0h1"/></svg>`, size),
    "filters in a row": svg(`<rect style="filter:${"blur(5) ".repeat(60)}" ${size}/>`, size),
  };
}

/** What comes close to the limits of a drawing. */
export function heaviest(): Record<string, Buffer> {
  const size = 'width="900" height="900"';
  const large = 'width="2490" height="2490"';
  const lines = (count: number, edge: number) =>
    many(count, (index) => `L${(index * 31) % edge} ${(index % 2) * edge}`);
  return {
    elements: svg('<path d="M0 0h9v9z" style="fill:red"/>'.repeat(4_900), size),
    spans: svg(`<text>${"<tspan>a</tspan>".repeat(2_000)}</text>`, size),
    "small round strokes": svg(
      `<path ${round} stroke-width="30" d="${many(17_500, (index) => `M${point(index)}h1`)}"/>`,
      size,
    ),
    "wide round strokes": svg(
      `<path ${round} stroke-width="6000" d="${many(90, (index) => `M${point(index)}h1`)}"/>`,
      large,
    ),
    "lines across each other": svg(`<path d="M0 0${lines(690, 2490)}"/>`, large),
    curves: svg(`<path d="M0 0${"c20 9 70 50 90 9".repeat(10_000)}"/>`, large),
    layers: svg(`<g opacity=".5"><rect width="9" height="9"/></g>`.repeat(300), large),
    surfaces: svg(
      `${"<g opacity='.5'>".repeat(15)}<rect width="2490" height="2490"/>${"</g>".repeat(15)}`,
      'width="2490" height="2490"',
    ),
  };
}
