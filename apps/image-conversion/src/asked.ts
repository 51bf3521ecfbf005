// What an image URL asks for: read strictly, so that one meaning has one spelling and nothing goes unsigned.
import { type ErrorCode, FunctionError } from "@faasade/core";
import * as v from "valibot";
import { fits, formats } from "./resources/rendering.ts";

const edge = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));

/** The image's parameters, in the names they have in a URL; sizes in pixels. */
export const imageParameters = {
  w: edge,
  h: edge,
  fit: v.optional(v.picklist(fits), "inside"),
  format: v.optional(v.picklist(["auto", ...formats]), "auto"),
  q: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
};

const askedSchema = v.strictObject({
  key: v.string(),
  ...imageParameters,
  expires: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** `expires` in epoch seconds. */
export type Asked = v.InferOutput<typeof askedSchema>;

/**
 * What a URL asks for, and its signature.
 * @throws {FunctionError} `invalid` for a parameter that is unknown, given twice, or not spelt the one way it may be.
 */
export function readAsked(key: string, query: URLSearchParams): { asked: Asked; signature: string } {
  // Without a prototype, so that a parameter named __proto__ is one like any other.
  const given: Record<string, unknown> = Object.assign(Object.create(null), { key });
  for (const [name, value] of query) {
    if (Object.hasOwn(given, name)) throw refusal("invalid", `${name} is given twice`);
    given[name] = name !== "signature" && /^[1-9][0-9]{0,14}$/.test(value) ? Number(value) : value;
  }
  const { signature, ...rest } = given;
  if (typeof signature !== "string") throw refusal("forbidden", "the URL is not signed");
  const result = v.safeParse(askedSchema, rest);
  if (result.success) return { asked: result.output, signature };
  const [issue] = result.issues;
  throw refusal("invalid", `${v.getDotPath(issue) ?? "the query"}: ${issue.message}`);
}

/** What is signed: every parameter, in one order, whatever it holds. */
export function canonicalText({ key, w, h, fit, format, q, expires }: Asked): string {
  return JSON.stringify(["image", key, w ?? 0, h ?? 0, fit, format, q ?? 0, expires]);
}

/** @throws {FunctionError} `invalid` for more than the operator allows. */
export function checkSize({ w = 1, h = 1 }: Pick<Asked, "w" | "h">, maxEdge: number): void {
  if (Math.max(w, h) > maxEdge) throw refusal("invalid", `MAX_EDGE allows w and h up to ${maxEdge}`);
}

function refusal(code: ErrorCode, reason: string): FunctionError {
  return new FunctionError(code, `Cannot make the image: ${reason}.`);
}
