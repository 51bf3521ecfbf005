// The bytes that a range means in an object of a given size.
import { FunctionError } from "@faasade/core";
import type { ByteRange } from "./driver.ts";

export interface Span {
  readonly start: number;
  readonly length: number;
}

/** An `end` behind the last byte means the last byte. @throws {FunctionError} `invalid` when nothing is left. */
export function spanOf(range: ByteRange | undefined, size: number): Span {
  if (range === undefined) return { start: 0, length: size };
  if (range.start >= size) throw unsatisfiable(range, size);
  return { start: range.start, length: Math.min(range.end ?? size - 1, size - 1) - range.start + 1 };
}

/** @throws {FunctionError} `invalid` unless both ends are whole numbers in order. */
export function checkRange({ start, end = start }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return;
  throw new FunctionError(
    "invalid",
    `Cannot read the bytes ${start}-${end}: a range is two whole numbers in order.`,
  );
}

export function unsatisfiable({ start, end = Number.NaN }: ByteRange, size?: number): FunctionError {
  const range = `${start}-${Number.isNaN(end) ? "" : end}`;
  const reason = size === undefined ? "the object is shorter" : `the object has ${size}`;
  return new FunctionError("invalid", `Cannot read the bytes ${range}: ${reason}.`);
}
