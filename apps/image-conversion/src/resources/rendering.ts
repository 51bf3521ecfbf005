// Which renditions every photo gets, how they are encoded, and what is too large to decode.
import { type SettingValues, settings } from "@faasade/core";
import * as v from "valibot";

const edge = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192));
const percent = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100));
const whole = v.pipe(v.number(), v.integer(), v.minValue(1));

export const fits = ["inside", "cover", "contain", "fill"] as const;
export const formats = ["avif", "webp", "jpeg", "png"] as const;
export type Fit = (typeof fits)[number];
export type Format = (typeof formats)[number];

const preset = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/)),
  width: v.optional(edge),
  height: v.optional(edge),
  fit: v.optional(v.picklist(fits), "inside"),
  formats: v.pipe(v.array(v.picklist(formats)), v.minLength(1), v.readonly()),
});
export type Preset = v.InferOutput<typeof preset>;

const presets: readonly Preset[] = [
  { name: "thumb", width: 320, height: 320, fit: "cover", formats: ["webp"] },
  { name: "card", width: 800, height: 800, fit: "inside", formats: ["avif", "webp"] },
  { name: "full", width: 1600, height: 1600, fit: "inside", formats: ["webp", "jpeg"] },
];

export const rendering = settings({
  presets: {
    schema: v.pipe(
      v.array(preset),
      v.minLength(1),
      v.check((all) => new Set(all.map(({ name }) => name)).size === all.length, "Two presets have one name"),
      v.readonly(),
    ),
    default: presets,
    description:
      "The renditions of every photo, as JSON: name, width, height, fit (inside, cover, contain, fill), formats.",
  },
  maxPixels: {
    schema: whole,
    default: 50_000_000,
    description:
      "The most pixels of one photo. Conversions in one process together take at most 16 bytes of memory for each.",
  },
  maxPhotoBytes: {
    schema: whole,
    default: 25 * 1024 * 1024,
    description: "The most bytes a photo may have; uploads by HTTP are limited to 25 MiB in any case.",
  },
  maxEdge: {
    schema: edge,
    default: 4096,
    description: "The widest and highest image that a URL may ask for, in pixels.",
  },
  quality: {
    schema: v.strictObject({ avif: percent, webp: percent, jpeg: percent }),
    default: { avif: 55, webp: 80, jpeg: 82 },
    description: "The quality where none is asked for, 1 to 100 per format; png is lossless.",
  },
  effort: {
    schema: v.strictObject({
      avif: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)),
      webp: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6)),
    }),
    default: { avif: 2, webp: 4 },
    description: "CPU spent for smaller files: 0 to 9 for avif, 0 to 6 for webp.",
  },
});

export type Rendering = SettingValues<(typeof rendering)["fields"]>;
