// What a request to the control interface says, read strictly: a value that means nothing is refused by its name.
import { FunctionError } from "@faasade/core";
import { isRecord } from "./body.ts";

type Body = Readonly<Record<string, unknown>>;

/** A whole number of the query, from 1. More than `most` is answered as `most`. */
export function limitOf(query: URLSearchParams, usual: number, most: number): number {
  const limit = wholeOf("limit", query.get("limit")) ?? usual;
  if (limit === 0) throw invalid("limit", "must be a whole number from 1");
  return Math.min(limit, most);
}

/** The journal's sequence number behind which to begin; 0, its beginning, when nothing is said. */
export function afterOf(query: URLSearchParams, lastEventId?: string): number {
  return wholeOf("after", query.get("after") ?? lastEventId ?? null) ?? 0;
}

export function textOf(body: Body, name: string): string {
  const text = optionalTextOf(body, name);
  if (text === undefined || text === "") throw invalid(name, "must be text");
  return text;
}

export function optionalTextOf(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === "string") return value;
  throw invalid(name, "must be text");
}

export function listOf(body: Body, name: string): readonly unknown[] | undefined {
  const value = body[name];
  if (value === undefined || Array.isArray(value)) return value;
  throw invalid(name, "must be a list");
}

export function textsOf(body: Body, name: string): readonly string[] | undefined {
  const values = listOf(body, name);
  if (values?.every((value) => typeof value === "string") ?? true) return values as string[] | undefined;
  throw invalid(name, "must be a list of texts");
}

/** False when nothing is said. */
export function flagOf(body: Body, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value === "boolean") return value;
  throw invalid(name, "must be true or false");
}

/** 0 when nothing is said. */
export function secondsOf(body: Body, name: string): number {
  const value = body[name] ?? 0;
  if (typeof value === "number" && value >= 0) return value;
  throw invalid(name, "must be a number of seconds from 0");
}

export function recordOf(body: Body, name: string): Body | undefined {
  const value = body[name];
  if (value === undefined || isRecord(value)) return value;
  throw invalid(name, "must be an object");
}

function wholeOf(name: string, text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw invalid(name, "must be a whole number");
}

function invalid(name: string, what: string): FunctionError {
  return new FunctionError("invalid", `Cannot accept the request: "${name}" ${what}.`);
}
