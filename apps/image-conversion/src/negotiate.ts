// Which format a client gets when the URL leaves it open: the smallest that its Accept header names.
import { FunctionError } from "@faasade/core";
import type { Format } from "./resources/rendering.ts";

/**
 * The format of highest quality value, the smaller file first among equals. AVIF and WebP must be named, as browsers
 * that show them do: a wildcard says nothing about them.
 * @param fallback the format that every client shows.
 * @param hasAvif whether there is memory for an AVIF of this size.
 * @throws {FunctionError} `not_acceptable` when the client refuses even that.
 */
export function negotiate(accept: string | null, fallback: "jpeg" | "png", hasAvif = true): Format {
  if (accept === null || accept.trim() === "") return fallback;
  const ranges = new Map(accept.split(",").map(readRange));
  const weights = (hasAvif ? (["avif", "webp", fallback] as const) : (["webp", fallback] as const)).map(
    (format) => {
      const named = ranges.get(`image/${format}`);
      const anyway = format === fallback ? (ranges.get("image/*") ?? ranges.get("*/*")) : undefined;
      return { format, weight: named ?? anyway ?? 0 };
    },
  );
  const best = weights.reduce((a, b) => (b.weight > a.weight ? b : a));
  if (best.weight > 0) return best.format;
  throw new FunctionError(
    "not_acceptable",
    `Cannot make the image: Accept names none of image/avif, image/webp and image/${fallback}.`,
  );
}

function readRange(text: string): [range: string, weight: number] {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return [range, weight === undefined ? 1 : Number(weight) || 0];
}
