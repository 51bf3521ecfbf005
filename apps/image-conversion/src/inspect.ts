// Looks at a picture before it is decoded, and refuses what lies, what is too large and what reaches outside itself.
import { FunctionError } from "@faasade/core";
import { explained, loadSharp, refused } from "./sharp.ts";
import { checkSvg, svgShare } from "./svg.ts";

export interface Picture {
  /** Such as `image/jpeg`: what it is, whatever it was said to be. */
  readonly type: string;
  /** In pixels as it is seen, after its EXIF orientation. */
  readonly width: number;
  readonly height: number;
}

/**
 * What a picture is, from its header alone: nothing is decoded.
 * @param claims the media types it was said to be; those that claim nothing are passed over.
 * @throws {FunctionError} `unsupported_media_type`, `too_large` or `unprocessable`, with the reason.
 */
export async function inspect(
  bytes: Uint8Array,
  claims: readonly string[],
  maxPixels: number,
): Promise<Picture> {
  const isMarkup = startsAsMarkup(bytes);
  if (isMarkup) checkSvg(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  const sharp = await loadSharp();
  const header = await explained(async () => sharp(bytes, { limitInputPixels: false }).metadata());
  const { mediaType: type = "unknown", compression, autoOrient } = header;
  if (compression === "hevc")
    throw refused("HEIC is not supported, for want of a decoder; save it as JPEG, WebP or AVIF");
  if (type === "image/svg+xml" && !isMarkup)
    throw refused("a compressed SVG hides what it holds; store it uncompressed");
  const lie = claims.map(normalise).find((claim) => claim !== undefined && claim !== type);
  if (lie !== undefined) throw refused(`it is said to be ${lie}, but it is ${type}`);
  const { width, height } = autoOrient;
  const most = isMarkup ? Math.floor(maxPixels / svgShare) : maxPixels;
  if (width * height <= most) return { type, width, height };
  const excess = `it has ${width} × ${height} = ${width * height} pixels, MAX_PIXELS allows ${most}`;
  throw new FunctionError("too_large", `Cannot convert the picture: ${excess}.`);
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

/** Whether the first byte that counts is `<`. */
function startsAsMarkup(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 256)).toString("utf8");
  return /^\uFEFF?\s*</.test(start);
}
