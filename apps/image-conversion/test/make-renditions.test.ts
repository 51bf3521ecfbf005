// What becomes of a stored photo: its renditions, or the reason why there are none.
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bomb, difference, input, pixelAt, plain, sample, svg } from "./pictures.ts";
import { World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world[Symbol.asyncDispose]());

async function rendition(key: string, bytes: Uint8Array, preset = "full", format = "webp"): Promise<Buffer> {
  const manifest = await world.convert(key, bytes);
  const found = manifest.renditions.find((one) => one.preset === preset && one.format === format);
  expect(found, JSON.stringify(manifest)).toBeDefined();
  return (await world.made(found!.key)) as Buffer;
}

async function refusal(key: string, bytes: Uint8Array, contentType?: string) {
  const manifest = await world.convert(key, bytes, contentType);
  expect(manifest.renditions).toEqual([]);
  expect(manifest.error?.redeliver).toBe(false);
  expect(manifest.failure).toEqual({ code: manifest.error?.code, reason: manifest.error?.message });
  return manifest.failure;
}

describe("make-renditions", () => {
  it("makes every preset in every format, no larger than asked and never enlarged", async () => {
    const { photo, renditions } = await world.convert("rocket.jpg", sample("rocket.jpg"), "image/jpeg");
    expect(photo).toMatchObject({ type: "image/jpeg", width: 640, height: 427 });
    expect(renditions.map(({ preset, format, width, height }) => [preset, format, width, height])).toEqual([
      ["thumb", "webp", 320, 320],
      ["card", "avif", 640, 427],
      ["card", "webp", 640, 427],
      ["full", "webp", 640, 427],
      ["full", "jpeg", 640, 427],
    ]);
    for (const { key, format, width, height, bytes } of renditions) {
      const made = (await world.made(key)) as Buffer;
      const { mediaType, ...is } = await sharp(made).metadata();
      expect([mediaType, is.width, is.height, made.length]).toEqual([
        `image/${format}`,
        width,
        height,
        bytes,
      ]);
      if (format !== "webp" || height !== width)
        expect(await difference(made, sample("rocket.jpg"))).toBeLessThan(4);
    }
  });

  it.each(["jpeg", "png", "webp", "avif", "gif"] as const)("reads %s", async (format) => {
    const bytes = await sharp(sample("coffee.jpg")).resize(120).toFormat(format).toBuffer();
    const made = await rendition(`coffee.${format}`, bytes);
    expect(await difference(made, bytes)).toBeLessThan(8);
  });

  it("reads SVG, with references inside itself", async () => {
    const bytes = svg(
      '<defs><linearGradient id="a"><stop stop-color="#00ff00"/></linearGradient><linearGradient id="g" xlink:href="#a"/></defs><rect width="40" height="30" fill="url(#g)"/>',
    );
    const made = await rendition("green.svg", bytes);
    expect(await difference(made, await plain(40, 30, "#00ff00"))).toBeLessThan(2);
  });

  it("takes the first frame of an animation", async () => {
    const frames = [await plain(20, 20, "#ff0000"), await plain(20, 20, "#0000ff")];
    const bytes = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const made = await rendition("two.gif", bytes);
    expect((await sharp(made).metadata()).pages ?? 1).toBe(1);
    expect(await difference(made, frames[0]!)).toBeLessThan(3);
    expect((await world.convert("real.gif", input("dispose_bgnd.gif"))).error).toBeUndefined();
  });

  it.each([2, 3, 4, 5, 6, 7, 8])("turns a photo of EXIF orientation %i upright", async (orientation) => {
    const bytes = input(`hopper_orientation_${orientation}.jpg`);
    const made = await rendition(`hopper-${orientation}.jpg`, bytes);
    const upright = await sharp(input("hopper_orientation_2.jpg")).autoOrient().png().toBuffer();
    expect(await difference(made, upright)).toBeLessThan(6);
    expect((await sharp(made).metadata()).orientation).toBeUndefined();
  });

  it("turns an AVIF upright, too", async () => {
    const manifest = await world.convert("turned.avif", input("rot1mir0.avif"));
    const { width, height } = (await sharp(input("rot1mir0.avif")).metadata()).autoOrient;
    expect(manifest.photo).toMatchObject({ type: "image/avif", width, height });
  });

  it("strips EXIF, the GPS position included, XMP and profiles", async () => {
    for (const [key, bytes] of [
      ["gps.jpg", input("exif_gps.jpg")],
      ["chelsea.jpg", sample("chelsea.jpg")],
    ] as const) {
      expect((await sharp(bytes).metadata()).exif).toBeDefined();
      for (const { key: made } of (await world.convert(key, bytes)).renditions) {
        const { exif, xmp, icc, iptc } = await sharp((await world.made(made)) as Buffer).metadata();
        expect([exif, xmp, icc, iptc]).toEqual([undefined, undefined, undefined, undefined]);
      }
    }
  });

  it("converts a colour profile to sRGB", async () => {
    const wide = await sharp(await plain(40, 40, "#c83c1e"))
      .withIccProfile("p3")
      .png()
      .toBuffer();
    expect((await sharp(wide).stats()).channels[0]?.mean).not.toBeCloseTo(200, 0);
    const made = await rendition("wide.png", wide);
    const [red, green, blue] = await pixelAt(await sharp(made).png().toBuffer(), 20, 20);
    expect([Math.abs(red - 200) < 4, Math.abs(green - 60) < 4, Math.abs(blue - 30) < 4]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("reads CMYK and 16 bits per channel, and writes 8-bit sRGB", async () => {
    const real = input("pil_sample_cmyk.jpg");
    const made = [
      [real, await rendition("cmyk.jpg", real)],
      [input("mode_16bit.png"), await rendition("deep.png", input("mode_16bit.png"))],
    ] as const;
    const deep = await sharp(sample("coffee.jpg")).toColourspace("rgb16").png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    for (const [original, result] of [...made, [deep, await rendition("deep-coffee.png", deep)] as const]) {
      const { space, depth } = await sharp(result).metadata();
      expect([space, depth]).toEqual(["srgb", "uchar"]);
      expect(await difference(result, original)).toBeLessThan(6);
    }
  });

  it("converts a picture of 1 × 1", async () => {
    const { renditions } = await world.convert("dot.png", await plain(1, 1));
    expect(renditions.map(({ width, height }) => [width, height])).toEqual(Array(5).fill([1, 1]));
  });

  it("keeps transparency where the format has it, and lays it on white where not", async () => {
    const clear = await sharp({ create: { width: 20, height: 20, channels: 4, background: "#00000000" } })
      .png()
      .toBuffer();
    expect((await sharp(await rendition("clear.png", clear, "full", "webp")).metadata()).hasAlpha).toBe(true);
    expect(await pixelAt(await rendition("clear.png", clear, "full", "jpeg"), 5, 5)).toEqual([255, 255, 255]);
  });

  it("gives the same bytes and names for the same photo and presets", async () => {
    const first = await world.convert("one.jpg", sample("astronaut.jpg"));
    const bytes = await Promise.all(first.renditions.map(({ key }) => world.made(key)));
    await world.remove("one.jpg");
    await world.settle();
    const second = await world.convert("one.jpg", sample("astronaut.jpg"));
    expect(second).toEqual(first);
    expect(await Promise.all(second.renditions.map(({ key }) => world.made(key)))).toEqual(bytes);
  });

  it("says why it refuses HEIC", async () => {
    const failure = await refusal("phone.heic", input("hopper.heif"), "image/heic");
    expect(failure).toMatchObject({
      code: "unsupported_media_type",
      reason: expect.stringContaining("HEIC is not supported"),
    });
  });

  it("refuses content that lies about its type", async () => {
    const failure = await refusal("lie.png", sample("coffee.jpg"), "image/png");
    expect(failure?.reason).toBe(
      "Cannot convert the picture: it is said to be image/png, but it is image/jpeg.",
    );
    expect(failure?.code).toBe("unsupported_media_type");
  });

  it.each([
    ["text", Buffer.from("no picture at all")],
    ["nothing", Buffer.alloc(0)],
    ["a web page", Buffer.from("<!doctype html><html><body>svg</body></html>")],
    ["a TIFF", Buffer.from("49492a000800000000000000", "hex")],
    ["a compressed SVG", gzipSync(svg("<rect width='9' height='9'/>"))],
    ["an SVG in UTF-16", Buffer.from(`\uFEFF${svg("<rect width='9' height='9'/>")}`, "utf16le")],
  ])("refuses %s", async (name, bytes) => {
    expect((await refusal(`${name}.jpg`.replaceAll(" ", "-"), bytes))?.code).toMatch(
      /^(unsupported_media_type|unprocessable)$/,
    );
  });

  it("records a truncated JPEG as broken, and makes nothing of its upper half", async () => {
    const failure = await refusal("half.jpg", sample("hubble-deep-field.jpg").subarray(0, 60_000));
    expect(failure).toMatchObject({
      code: "unprocessable",
      reason: "Cannot convert the picture: it is broken (its end is missing).",
    });
  });

  it("has no part of a picture drawn that the memory does not allow for", async () => {
    const presets = '[{"name":"large","width":900,"height":900,"formats":["avif"]}]';
    await using small = await World.open({ MAX_PIXELS: "1000000", PRESETS: presets });
    const { failure } = await small.convert("large.png", await plain(1000, 1000));
    expect(failure).toMatchObject({
      code: "too_large",
      reason: expect.stringContaining("MAX_PIXELS allows 16000000"),
    });
    expect((await small.convert("small.png", await plain(600, 600))).renditions).toHaveLength(1);
    const avif = await sharp(await plain(700, 700))
      .avif()
      .toBuffer();
    expect((await small.convert("large.avif", avif)).failure?.reason).toContain("MAX_PIXELS allows 363636");
  });

  it("has no more photos in memory than two of the greatest size", async () => {
    await using busy = await World.open({ MAX_PHOTO_BYTES: String(sample("coffee.jpg").length) });
    for (let index = 0; index < 6; index += 1) await busy.put(`${index}.jpg`, sample("coffee.jpg"));
    const calls = busy.holdUp("renditions", "put", 2);
    const waiting = busy.changes.splice(0).map((change) => busy.deliver(change));
    expect((await calls).filter((call) => call === "photos.get")).toHaveLength(2);
    expect(await Promise.all(waiting)).toEqual(Array(6).fill(undefined));
  });

  it("draws one SVG at a time, and no photo beside it", async () => {
    await using busy = await World.open();
    for (const key of ["a.svg", "b.svg"]) await busy.put(key, svg("<rect width='9' height='9'/>"));
    await busy.put("c.jpg", sample("coffee.jpg"));
    const calls = busy.holdUp("renditions", "put", 1);
    const waiting = busy.changes.splice(0).map((change) => busy.deliver(change));
    expect((await calls).filter((call) => call === "renditions.put")).toHaveLength(1);
    expect(await Promise.all(waiting)).toEqual(Array(3).fill(undefined));
  });

  it("refuses a pixel bomb by its header", async () => {
    const failure = await refusal("bomb.png", await bomb(8000, 8000));
    expect(failure).toMatchObject({
      code: "too_large",
      reason: expect.stringContaining("8000 × 8000 = 64000000 pixels, MAX_PIXELS allows 50000000"),
    });
    expect((await refusal("bomb.svg", svg("", 'width="100000" height="100000"')))?.code).toBe("too_large");
  });

  it("refuses a photo of too many bytes unread", async () => {
    await using small = await World.open({ MAX_PHOTO_BYTES: "1000" });
    const { failure } = await small.convert("coffee.jpg", sample("coffee.jpg"));
    expect(failure?.code).toBe("too_large");
  });

  it.each([
    ["scripts", "<script>alert(1)</script>", /holds <script>/],
    ["prefixed scripts", '<s:script xmlns:s="http://www.w3.org/2000/svg">1</s:script>', /under a prefix/],
    ["event attributes", '<rect onload="alert(1)" width="9" height="9"/>', /event attributes/],
    ["a file", '<a xlink:href="file:///etc/passwd"/>', /outside itself/],
    ["an encoded file", '<a href="&#102;ile:///etc/passwd"/>', /outside itself/],
    ["a spaced reference", '<a href = "http://example.com/x.png"/>', /outside itself/],
    [
      "a nested SVG",
      '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
      /holds <image>/,
    ],
    ["a style sheet", "<style>@import 'http://example.com/x.css';</style>", /outside itself/],
    [
      "a style's URL",
      '<rect style="fill: url(http://example.com/x.svg#a)" width="9" height="9"/>',
      /outside itself/,
    ],
    [
      "a picture inside",
      '<image href="data:image/png;base64,iVBORw0KGgo=" width="9" height="9"/>',
      /holds <image>/,
    ],
    ["a picture by its fragment", '<image href="#a" width="9" height="9"/>', /holds <image>/],
    ["a style's picture", '<rect style="fill: image(x.png)" width="9" height="9"/>', /outside itself/],
    ["a style's escape", '<rect style="fill: u\\72l(x)" width="9" height="9"/>', /escapes/],
    ["parts it repeats", '<g id="a"><rect/></g><use href="#a"/><use href="#a"/>', /holds <use>/],
    ["a prefixed repetition", '<s:use xmlns:s="http://www.w3.org/2000/svg" href="#a"/>', /under a prefix/],
    ["a pattern", '<pattern id="p"/><rect fill="url(#p)"/>', /holds <pattern>/],
    ["a filter", '<filter id="f"/><rect filter="url(#f)"/>', /holds <filter>/],
    ["deep nesting", `${"<g opacity='.5'>".repeat(20)}<rect/>${"</g>".repeat(20)}`, /nested deeper/],
    ["an endless text", `<text>${"x".repeat(2_001)}</text>`, /more than 2000 letters/],
    ["too many elements", "<g/>".repeat(5_000), /more than 5000 elements/],
    ["a clip path", '<clipPath id="c"><rect/></clipPath><g clip-path="url(#c)"/>', /holds <clipPath>/],
    ["a marker", '<marker id="m"/><path marker-end="url(#m)"/>', /holds <marker>/],
    ["a prefix of its own", '<svg:use xmlns:svg="http://www.w3.org/2000/svg" href="#a"/>', /holds <svg:use>/],
    [
      "a reference padded with zeros",
      '<rect fill="u&#x00000000072;l(data:image/svg+xml,x#a)"/>',
      /outside itself/,
    ],
    ["a padded file", '<a href="&#00000000102;ile:///etc/passwd"/>', /outside itself/],
    ["a CSS filter", '<rect style="filter: blur(5px)"/>', /more than colours/],
    ["a filter attribute", '<rect filter="blur(5)"/>', /holds filter|more than colours/],
    [
      "a filter in a style sheet",
      "<style>g{filter/**/:drop-shadow(1 1 1 red)}</style><g/>",
      /more than colours/,
    ],
    ["a mask", '<rect style="fill:red;MASK:url(#a)"/>', /holds MASK/],
    ["a padded mask", '<rect style="m&#x0000000061;sk:url(#a)"/>', /holds mask/],
    ["a blend mode", '<g style="mix-blend-mode:multiply"><rect/></g>', /holds mix-blend-mode/],
    ["a blend mode in a style sheet", "<style>g{mix-blend-mode/**/:multiply}</style><g/>", /mix-blend-mode/],
    ["dashes", '<path d="M0 0h9" stroke-dasharray="0.001"/>', /holds stroke-dasharray/],
    ["elements in a style sheet", "<style><g/>g{filter:url(#a)}</style>", /holds elements/],
    ["a style sheet in CDATA", "<style><![CDATA[g{filter:blur(5)}]]></style>", /CDATA/],
    ["elements in CDATA", "<text><![CDATA[<!-- ]]><use href='#a'/><!-- --></text>", /CDATA/],
    ["elements behind an instruction", "<?x <!-- ?><use href='#a'/><!-- -->", /an instruction/],
    ["an inclusion", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="#a"/>', /foreign content/],
    ["foreign content", "<foreignObject><p>hello</p></foreignObject>", /holds <foreignObject>/],
  ])("refuses an SVG with %s", async (name, content, reason) => {
    expect((await refusal(`${name.replaceAll(" ", "-")}.svg`, svg(content)))?.reason).toMatch(reason);
  });

  it.each([
    ["an entity of a file", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>', /document type/],
    ["an entity bomb", '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', /document type/],
    ["another encoding", '<?xml version="1.0" encoding="UTF-7"?>', /encoding/],
    ["a style sheet instruction", '<?xml-stylesheet href="http://example.com/x.css"?>', /an instruction/],
  ])("refuses an SVG with %s before any parser sees it", async (name, prolog, reason) => {
    const bytes = Buffer.concat([Buffer.from(prolog), svg("<text>&x;</text>")]);
    expect((await refusal(`${name.replaceAll(" ", "-")}.svg`, bytes))?.reason).toMatch(reason);
  });

  it("reads what drawing programs write beside the drawing", async () => {
    const bytes = Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-8" standalone="no"?>
      <!-- Made with <use> & care --><svg xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg"
        xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="40" height="30" aria-label="a &gt; (b)">
      <inkscape:namedview id="n" inkscape:zoom="1"/><metadata id="m">by (somebody)</metadata>
      <style>.a { fill: rgb(0, 255, 0); stroke-dasharray: none }</style>
      <g transform="translate(0,0) scale(1)" style="mix-blend-mode:normal;isolation:auto;filter:none">
      <rect class="a" width="40" height="30"/></g></svg>`);
    const made = await rendition("inkscape.svg", bytes);
    expect(await difference(made, await plain(40, 30, "#00ff00"))).toBeLessThan(2);
  });

  it("looks into an SVG behind however many blanks", async () => {
    for (const start of ["", "\uFEFF"]) {
      for (const blanks of [0, 300, 900, 5_000]) {
        const bytes = Buffer.concat([
          Buffer.from(start + " \n\t\r".repeat(blanks / 4)),
          svg('<use href="#a"/>'),
        ]);
        expect((await refusal("blanks.svg", bytes))?.reason).toMatch(
          blanks < 1_000 ? /holds <use>/ : /none of JPEG/,
        );
      }
    }
  });

  it("is not stalled by an SVG made to stall a careless pattern", async () => {
    for (const piece of [
      "<?xml",
      "<!--",
      ' a=""',
      "a(",
      " a",
      " href=",
      "url(",
      " on",
      "<svg ",
      "\t",
      ">",
      "&#x3c;",
      "style ",
      '<a "',
    ]) {
      const bytes = Buffer.concat([
        svg("").subarray(0, -6),
        Buffer.from(piece.repeat(Math.floor(199_000 / piece.length))),
      ]);
      await refusal("stall.svg", bytes);
    }
  });

  it("replaces the renditions of the former photo, and a failure by what works", async () => {
    const before = await world.convert("again.jpg", sample("coffee.jpg"));
    const broken = await world.convert("again.jpg", sample("coffee.jpg").subarray(0, 3000));
    expect(broken.failure?.code).toBe("unprocessable");
    expect(await Promise.all(before.renditions.map(({ key }) => world.made(key)))).toEqual(
      Array(5).fill(undefined),
    );
    const after = await world.convert("again.jpg", sample("astronaut.jpg"));
    expect([after.failure, after.renditions.length]).toEqual([undefined, 5]);
  });

  it("leaves nothing of a photo that was removed", async () => {
    const before = new Set(Object.keys(await world.state()));
    await world.convert("short-lived.jpg", sample("coffee.jpg"));
    await world.remove("short-lived.jpg");
    expect(await world.settle()).toEqual([undefined]);
    expect(new Set(Object.keys(await world.state()))).toEqual(before);
  });

  it("gives what may pass back to the platform, and blames no photo for it", async () => {
    await world.put("unlucky.jpg", sample("coffee.jpg"));
    let fails = 1;
    world.step = (store, call) => {
      if (store === "renditions" && call === "put" && fails-- > 0) throw new Error("the disk is full");
    };
    const [error] = await world.settle();
    world.step = () => {};
    expect(error?.redeliver).toBe(true);
    expect(await world.manifest("unlucky.jpg")).toBeUndefined();
  });
});
