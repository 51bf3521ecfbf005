// Which renditions a photo gets, and the names of what is made: each from everything that decides its bytes.
import { createHash } from "node:crypto";
import type { Fit, Format, Rendering } from "./resources/rendering.ts";

/** The image library: it decides the bytes of a result together with photo and output. */
export const engine = "sharp 0.35.5";

/** One version of a photo. */
export interface Version {
  readonly key: string;
  readonly etag: string;
}

/** A picture to make: sizes in pixels, quality from 1 to 100, effort as the format counts it. */
export interface Output {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fit: Fit;
  readonly format: Format;
  readonly quality: number | undefined;
  readonly effort: number | undefined;
}

export interface Planned {
  readonly preset: string;
  readonly output: Output;
  readonly key: string;
}

/** The renditions of every preset, in the presets' order; their keys are known before anything is decoded. */
export function planRenditions(photo: Version, rendering: Rendering): Planned[] {
  const wanted = rendering.presets.flatMap(({ name, width, height, fit, formats }) =>
    formats.map((format) => {
      return { preset: name, output: chooseOutput({ width, height, fit, format }, rendering) };
    }),
  );
  const among = wanted.map(({ output }) => output);
  return wanted.map(({ preset, output }) => ({ preset, output, key: renditionKey(photo, output, among) }));
}

/** An output with the operator's quality and effort where none were asked for. */
export function chooseOutput(
  asked: Pick<Output, "width" | "height" | "fit" | "format"> & { readonly quality?: number | undefined },
  { quality, effort }: Pick<Rendering, "quality" | "effort">,
): Output {
  const { width, height, fit, format } = asked;
  const size = { width, height, fit, format };
  if (format === "png") return { ...size, quality: undefined, effort: undefined };
  return {
    ...size,
    quality: asked.quality ?? quality[format],
    effort: format === "jpeg" ? undefined : effort[format],
  };
}

/** Where a result stands: `<photo>/<version>/<result>.<ending>`. The last segment is its ETag, too. */
export function renditionKey(photo: Version, output: Output, among: readonly Output[]): string {
  const ending = output.format === "jpeg" ? "jpg" : output.format;
  const result = digest([engine, photo.etag, canonical(output), ...among.map(canonical)], 40);
  return `${folderOfVersion(photo)}${result}.${ending}`;
}

/** What all results of a photo start with, whatever its version. */
export function folderOfPhoto(photoKey: string): string {
  return `${digest([photoKey], 32)}/`;
}

export function folderOfVersion({ key, etag }: Version): string {
  return `${folderOfPhoto(key)}${digest([etag], 16)}/`;
}

export function manifestKey(photoKey: string): string {
  return `manifests/${digest([photoKey], 32)}.json`;
}

const resultPattern = /^[0-9a-f]{32}\/[0-9a-f]{16}\/([0-9a-f]{40})\.(?:avif|webp|jpg|png)$/;

/** The ETag of a result by its key, or undefined for a key that names no result. */
export function etagOfResult(key: string): string | undefined {
  const result = resultPattern.exec(key)?.[1];
  return result === undefined ? undefined : `"${result}"`;
}

function canonical({ width, height, fit, format, quality, effort }: Output): unknown[] {
  return [width ?? 0, height ?? 0, fit, format, quality ?? 0, effort ?? 0];
}

function digest(parts: unknown[], digits: number): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, digits);
}
