// The image library: loaded on first use, kept to the formats this app reads, its errors given a meaning.
import { type ErrorCode, FunctionError } from "@faasade/core";
import type sharp from "sharp";

const readers = ["Jpeg", "Png", "Webp", "Heif", "Nsgif", "Svg"];

let loading: Promise<typeof sharp> | undefined;

/** Loading costs a cold start some 50 ms, so only what touches a picture pays it. */
export function loadSharp(): Promise<typeof sharp> {
  loading ??= import("sharp").then(({ default: loaded }) => {
    loaded.cache(false);
    // One thread per picture: encoders then give the same bytes everywhere, and memory does not grow with the cores.
    loaded.concurrency(1);
    loaded.block({ operation: ["VipsForeignLoad"] });
    loaded.unblock({ operation: readers.map((name) => `VipsForeignLoad${name}`) });
    return loaded;
  });
  return loading;
}

const meanings: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/out of memory|unable to allocate/i, "unavailable", "there is not enough memory now"],
  [/^timeout/i, "timeout", "it takes too long now"],
  [/pixel limit/, "too_large", "it has more pixels than MAX_PIXELS allows"],
  [/unsupported image format/, "unsupported_media_type", "it is none of JPEG, PNG, WebP, AVIF, GIF and SVG"],
  [/^/, "unprocessable", "it is broken"],
];

/** @throws {FunctionError} what the library's error means; only want of memory and time may pass. */
export async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const [said = ""] = cause instanceof Error ? cause.message.split("\n") : [];
    const meaning = meanings.find(([pattern]) => pattern.test(said));
    if (cause instanceof FunctionError || meaning === undefined) throw cause;
    const [, code, reason] = meaning;
    throw new FunctionError(code, `Cannot convert the picture: ${reason} (${said}).`, { cause });
  }
}

/** The picture is of a kind that is not taken, for this reason. */
export function refused(reason: string): FunctionError {
  return new FunctionError("unsupported_media_type", `Cannot convert the picture: ${reason}.`);
}
