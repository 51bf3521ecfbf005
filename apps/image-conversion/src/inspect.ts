// Looks at a picture before it is decoded, and refuses what lies, what is too large and what reaches outside itself.
import { FunctionError } from "@faasade/core";
import { createBudget, memoryPerPixel } from "./budget.ts";
import { endIsMissing } from "./ending.ts";
import { checkOutlines } from "./outlines.ts";
import { growthOf } from "./packed.ts";
import { explained, loadSharp, refused } from "./sharp.ts";
import { sniff } from "./sniff.ts";
import { checkSvg } from "./svg.ts";

export interface Picture {
  /** Such as `image/jpeg`: what it is, whatever it was said to be. */
  readonly type: string;
  /** In pixels as it is seen, after its EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Of memory to decode it, at most. */
  readonly bytesPerPixel: number;
}

/** Measured at their worst (progressive, interlaced, with alpha) and rounded up; of an SVG at most 16 surfaces. */
const toDecode: Readonly<Record<string, number>> = { "image/avif": 22, "image/svg+xml": 64 };

/** Its header may take some memory that its pixels do not tell of, so they are looked at one by one. */
const withinLooks = createBudget();

/**
 * What a picture is, from its header alone: nothing is decoded. The image library sees only what is, by its first
 * bytes, of a format that it may see.
 * @param claims the media types it was said to be; those that claim nothing are passed over.
 * @throws {FunctionError} `unsupported_media_type`, `too_large` or `unprocessable`, with the reason.
 */
export async function inspect(
  bytes: Uint8Array,
  claims: readonly string[],
  maxPixels: number,
): Promise<Picture> {
  const type = sniff(bytes);
  if (type === undefined)
    throw refused("it is none of JPEG, PNG, WebP, AVIF, GIF and uncompressed SVG in UTF-8");
  if (type === "image/heif")
    throw refused("HEIC is not supported, for want of a decoder; save it as JPEG, WebP or AVIF");
  const drawing = type === "image/svg+xml" ? checkSvg(bytes) : undefined;
  const lie = claims.map(normalise).find((claim) => claim !== undefined && claim !== type);
  if (lie !== undefined) throw refused(`it is said to be ${lie}, but it is ${type}`);
  const growth = growthOf(bytes, type);
  if (growth !== undefined) throw new FunctionError("too_large", `Cannot convert the picture: ${growth}.`);
  const sharp = await loadSharp();
  const header = await withinLooks(1, 1, () =>
    explained(async () => sharp(bytes, { limitInputPixels: false }).metadata()),
  );
  if (header.mediaType !== type) throw refused(`it begins as ${type}, but is ${header.mediaType}`);
  const { width, height } = header.autoOrient;
  const bytesPerPixel = (toDecode[type] ?? memoryPerPixel.decode) * (header.depth === "uchar" ? 1 : 1.5);
  const most = Math.floor((maxPixels * memoryPerPixel.decode) / bytesPerPixel);
  if (width * height > most) {
    const excess = `it has ${width} × ${height} = ${width * height} pixels, MAX_PIXELS allows ${most}`;
    throw new FunctionError("too_large", `Cannot convert the picture: ${excess}.`);
  }
  if (drawing !== undefined) checkOutlines(drawing, width, height);
  if (endIsMissing(bytes, type))
    throw new FunctionError(
      "unprocessable",
      "Cannot convert the picture: it is broken (its end is missing).",
    );
  return { type, width, height, bytesPerPixel };
}

/** What clients and stores say when nobody told them the type. */
const noClaims = new Set([
  "",
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-www-form-urlencoded",
]);

function normalise(claim: string): string | undefined {
  const type = claim.replace(/;.*$/s, "").trim().toLowerCase();
  if (noClaims.has(type)) return undefined;
  return type === "image/jpg" || type === "image/pjpeg" ? "image/jpeg" : type;
}
