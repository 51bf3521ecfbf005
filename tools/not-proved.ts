/** What is said when an optional tool is missing that a test looks for: a proof is never left out silently. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { findTool, optionalTools } from "./optional-tools.ts";

export interface NotProved {
  what: string;
  why: string;
  fix: string;
}

/**
 * Notes that a promise was not proved in this run. `npm test` lists the notes before its last line; its strict mode
 * fails with them.
 * @param what the promise, as in "presigned URLs against versitygw"
 * @param why what is missing here
 * @param fix what would bring the proof
 */
export function notProved(what: string, why: string, fix: string): void {
  const note: NotProved = { what, why, fix };
  console.warn(notProvedLine(note));
  const file = process.env.FAASADE_NOT_PROVED_FILE;
  if (file) appendFileSync(file, `${JSON.stringify(note)}\n`);
}

export function notProvedLine({ what, why, fix }: NotProved): string {
  return `not proved: ${what} — ${why}; ${fix}`;
}

/** The notes in the file that `FAASADE_NOT_PROVED_FILE` named, each once. */
export function readNotProved(file: string): NotProved[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return [...new Set(lines)].map((line) => JSON.parse(line) as NotProved);
}

/** Path of Chromium or Chrome; `FAASADE_CHROMIUM` overrides. */
export function findChromium(): string | undefined {
  return findTool(optionalTools.chromium);
}

/** Folder that holds `initdb`, `pg_ctl` and `postgres`; `FAASADE_POSTGRES` overrides. */
export function findPostgres(): string | undefined {
  const postgres = findTool(optionalTools.postgres);
  return postgres === undefined ? undefined : dirname(postgres);
}

/** Path of versitygw, an S3 server; `FAASADE_VERSITYGW` overrides. */
export function findVersitygw(): string | undefined {
  return findTool(optionalTools.versitygw);
}

/** Path of etcd; `FAASADE_ETCD` overrides. */
export function findEtcd(): string | undefined {
  return findTool(optionalTools.etcd);
}

/** Path of actionlint; `FAASADE_ACTIONLINT` overrides. */
export function findActionlint(): string | undefined {
  return findTool(optionalTools.actionlint);
}

/** Path of ImageMagick's `magick` or `convert`; `FAASADE_IMAGEMAGICK` overrides. */
export function findImageMagick(): string | undefined {
  return findTool(optionalTools.imageMagick);
}
