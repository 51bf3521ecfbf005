// Looks at a picture before it is decoded, and refuses what lies, what is too large and what reaches outside itself.
import { FunctionError } from "@faasade/core";
import { explained, loadSharp, refused } from "./sharp.ts";

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
  if (width * height <= maxPixels) return { type, width, height };
  const excess = `it has ${width} × ${height} = ${width * height} pixels, MAX_PIXELS allows ${maxPixels}`;
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

const maxSvgCharacters = 2_000_000;

/** What an SVG may not hold, and why. References inside the file, and pictures it carries itself, are fine. */
const dangers: readonly (readonly [RegExp, string])[] = [
  [/<!DOCTYPE|<!ENTITY/i, "its document type may define entities"],
  [
    /^\uFEFF?\s*<\?xml[^>]{0,300}encoding\s*=\s*["'](?!utf-8|us-ascii|iso-8859-1)/i,
    "its encoding is not UTF-8",
  ],
  [/<\?(?!xml\s)/i, "it holds processing instructions"],
  [/<(?:[\w.-]+:)?script[\s/>]/i, "it holds scripts"],
  [/\son[a-z]+\s*=/i, "it holds scripts in event attributes"],
  [/<(?:[\w.-]+:)?(?:foreignObject|include)[\s/>]/i, "it embeds foreign content"],
  [
    /[\s:"']href\s*=\s*["'](?!\s*(?:#|data:image\/(?:png|jpeg|webp|gif)[;,]))/i,
    "it refers to something outside itself",
  ],
  [/url\s*\(\s*(?!["']?\s*#)|@import/i, "its style refers to something outside itself"],
];

function checkSvg(text: string): void {
  if (!/<(?:[\w.-]+:)?svg[\s>]/.test(text)) throw refused("it is none of JPEG, PNG, WebP, AVIF, GIF and SVG");
  if (text.length > maxSvgCharacters)
    throw new FunctionError("too_large", "Cannot convert the SVG: it is too long.");
  const danger = dangers.find(([pattern]) => pattern.test(text));
  if (danger !== undefined) throw new FunctionError("unprocessable", `Cannot convert the SVG: ${danger[1]}.`);
}
