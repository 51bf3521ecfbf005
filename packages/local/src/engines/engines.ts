// Real engines that the resources of apps are moved onto: a URL for each kind, and a place of its own there for each resource.
import { createHash } from "node:crypto";

/** What is not named stays on this machine. */
export interface Engines {
  /** `s3://bucket/prefix?region=…&endpoint=…`: a prefix of its own for each store. */
  readonly objects?: string;
  /** `postgres://user@host:port/database`: a schema of its own for each database. */
  readonly sql?: string;
  /** `sqs://prefix?region=…&endpoint=…`: a queue of its own for each, with its dead letters; or as `sql`: tables. */
  readonly queue?: string;
}

export type EngineKind = keyof Engines;

const schemes: Readonly<Record<EngineKind, readonly string[]>> = {
  objects: ["s3"],
  sql: ["postgres", "postgresql"],
  queue: ["sqs", "postgres", "postgresql"],
};

const longestSchema = 63;
const defaultPrefix = "faasade";

/** @throws {TypeError} for a URL of which no engine is known; no message shows a password. */
export function checkEngine(kind: EngineKind, url: string): string {
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol.slice(0, -1) ?? "";
  if (parsed !== null && schemes[kind].includes(scheme)) return url;
  const known = schemes[kind].filter((one) => one !== "postgresql").map((one) => `${one}://…`);
  const given = parsed === null ? "no URL" : `${scheme}:`;
  throw new TypeError(`Cannot use ${given} for --${kind}. Write ${known.join(" or ")}.`);
}

/** The URL of a store by its qualified name, or undefined where stores are on this machine. */
export function storeUrl({ objects }: Engines, qualified: string): string | undefined {
  if (objects === undefined) return undefined;
  const url = new URL(objects);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${qualified}`;
  return url.href;
}

/** As `storeUrl`, for a database; its schema is to be made first. */
export function databaseUrl({ sql }: Engines, qualified: string): string | undefined {
  return sql === undefined ? undefined : withSchema(sql, schemaOf(qualified));
}

/** As `storeUrl`, for a queue; it is to be made first. */
export function queueUrl({ queue }: Engines, qualified: string): string | undefined {
  if (queue === undefined) return undefined;
  const url = new URL(queue);
  if (url.protocol !== "sqs:") return withSchema(queue, queueSchema);
  const name = `${url.host || defaultPrefix}-${qualified.replace("/", "_")}`;
  return `sqs://${name}${url.search}`;
}

/** Names of apps and resources have no underscore, so that no two meet. */
export function schemaOf(qualified: string): string {
  const name = qualified.replace("/", "_");
  if (name.length <= longestSchema) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return `${name.slice(0, longestSchema - 13)}_${digest}`;
}

/** Of the tables of queues, where these are in Postgres. */
export const queueSchema = "faasade_queues";

/** As a person may read it. */
export function shownEngine(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== "") parsed.password = "…";
  if (parsed.searchParams.has("password")) parsed.searchParams.set("password", "…");
  return decodeURI(parsed.href);
}

function withSchema(url: string, schema: string): string {
  const placed = new URL(url);
  const given = placed.searchParams.get("options");
  placed.searchParams.set("options", `${given === null ? "" : `${given} `}-c search_path="${schema}"`);
  return placed.href;
}
