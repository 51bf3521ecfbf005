// The web page of the local world, bundled in memory when it is first asked for.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { shell } from "./shell.ts";

export interface Page {
  /** Sent with every file: what the page may load and whom it may talk to. */
  readonly headers: Readonly<Record<string, string>>;
  /** By path, `/` included. */
  readonly files: ReadonlyMap<string, PageFile>;
}

export interface PageFile {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

/**
 * The files of the page: a shell at `/`, and what it loads under `/assets/`, named by content. Built once; the first
 * call takes some tenths of a second. A build that failed is tried again by the next call.
 */
export function buildPage(): Promise<Page> {
  built ??= bundle().catch((error: unknown) => {
    built = undefined;
    throw error;
  });
  return built;
}

let built: Promise<Page> | undefined;

const contentTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Nothing inline, nothing from elsewhere, no markup made of text (trusted types). */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const headers = {
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

async function bundle(): Promise<Page> {
  const client = join(import.meta.dirname, "client");
  const { build } = await import("esbuild");
  const [{ outputFiles }, icon] = await Promise.all([
    build({
      entryPoints: [join(client, "main.tsx"), join(client, "page.css")],
      absWorkingDir: client,
      outdir: join(client, "assets"),
      entryNames: "[hash]",
      write: false,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      jsx: "automatic",
      jsxImportSource: "preact",
      tsconfigRaw: "{}",
      logLevel: "silent",
    }),
    readFile(join(client, "icon.svg")),
  ]);
  const assets = outputFiles.map(({ path, contents }) => ({ name: basename(path), body: contents }));
  assets.push({ name: `${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`, body: icon });

  const files = new Map<string, PageFile>();
  for (const { name, body } of assets) {
    const contentType = contentTypes[extname(name)] ?? "application/octet-stream";
    files.set(`/assets/${name}`, { body, contentType, cacheControl: "public, max-age=31536000, immutable" });
  }
  files.set("/", {
    body: Buffer.from(shell([...files.keys()])),
    contentType: "text/html; charset=utf-8",
    cacheControl: "no-cache",
  });
  return { headers, files };
}
