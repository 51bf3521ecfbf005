import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../workspaces.ts";

const app = "apps/hello/src/functions/greet.ts";
const port = "packages/connectors/src/object-store/index.ts";
const runtime = "packages/platforms/src/aws-lambda/runtime.ts";
const platform = "packages/platforms/src/aws-lambda/platform.ts";

/** One line per arrow of docs/architecture.md, and per way around the context. */
const forbidden: [says: string, file: string, code: string][] = [
  ["app ─✗─ driver", app, 'import "@faasade/connectors/object-store/s3";'],
  ["app ─✗─ driver, lazily", app, 'export const driver = () => import("@faasade/connectors/queue/sql");'],
  ["app ─✗─ driver's type", app, 'export type { Driver } from "@faasade/connectors/sql/pg";'],
  ["app ─✗─ platform", app, 'import "@faasade/platforms/aws-lambda/runtime";'],
  ["app ─✗─ shared server", app, 'import "@faasade/platforms/shared/server";'],
  ["app ─✗─ local", app, 'import "@faasade/local";'],
  ["app ─✗─ cli", app, 'import "@faasade/cli";'],
  ["app ─✗─ another app", app, 'import "@faasade/app-image-conversion";'],
  ["app ─✗─ what adapters use", app, 'import "@faasade/core/adapter";'],
  ["app ─✗─ a cloud's SDK", app, 'import "@aws-sdk/client-s3";'],
  ["app ─✗─ file system", app, 'import "node:fs/promises";'],
  ["app ─✗─ file system without prefix", app, 'import "fs";'],
  ["app ─✗─ network", app, 'import "node:http";'],
  ["app ─✗─ processes", app, 'import "node:child_process";'],
  ["app ─✗─ process.env", app, "export const region = process.env.REGION;"],
  ["app ─✗─ process by another name", app, "export const region = globalThis.process.env.REGION;"],
  ["app ─✗─ process of global", app, "export const region = global.process.env.REGION;"],
  ["app ─✗─ fetch of self", app, 'export const reply = () => self.fetch("https://example.org/");'],
  ["app ─✗─ XMLHttpRequest", app, "export const request = () => new XMLHttpRequest();"],
  ["app ─✗─ a library that asks others", app, 'import "axios";'],
  ["app ─✗─ fetch", app, 'export const reply = () => fetch("https://example.org/");'],
  ["app ─✗─ Date.now", app, "export const now = () => Date.now();"],
  ["app ─✗─ new Date without a value", app, "export const now = () => new Date();"],
  ["app ─✗─ Date.now, handed on", app, "export const { now } = { now: Date.now };"],
  ["app ─✗─ Date.now, taken out", app, "const { now } = Date;\nexport const at = () => now();"],
  ["app ─✗─ Date.now by a text", app, 'export const now = () => Date["now"]();'],
  ["app ─✗─ Date by another name", app, "const Time = Date;\nexport const now = () => new Time();"],
  ["app ─✗─ performance.now", app, "export const now = () => performance.now();"],
  ["app ─✗─ Math.random", app, "export const dice = () => Math.random();"],
  ["app ─✗─ Math.random, taken out", app, "const { random } = Math;\nexport const dice = () => random();"],
  ["app ─✗─ Math.random by a text", app, 'export const dice = () => Math["random"]();'],
  ["app ─✗─ crypto.randomUUID", app, "export const id = () => crypto.randomUUID();"],
  ["app ─✗─ crypto.getRandomValues", app, "export const id = crypto.getRandomValues(new Uint8Array(8));"],
  ["app ─✗─ crypto by another name", app, "const { randomUUID } = crypto;\nexport const id = randomUUID();"],
  ...["{ randomBytes }", "{ randomUUID as other }", "{ webcrypto }", "own", "* as all"].map(
    (what): [string, string, string] => [
      `app ─✗─ ${what} of node:crypto`,
      app,
      `import ${what} from "node:crypto";`,
    ],
  ),
  ["story ─✗─ its app", "apps/hello/story.ts", 'import "./src/functions/greet.ts";'],
  ["story ─✗─ core", "apps/hello/story.ts", 'import "@faasade/core";'],
  [
    "story ─✗─ fetch by another name",
    "apps/hello/story.ts",
    'export const reply = () => globalThis.fetch("https://example.org/");',
  ],
  ["story ─✗─ fetch", "apps/hello/story.ts", 'export const reply = () => fetch("https://example.org/");'],
  ["core ─✗─ connectors", "packages/core/src/invoke.ts", 'import "@faasade/connectors/sql";'],
  ["core ─✗─ schedules", "packages/core/src/invoke.ts", 'import "@faasade/schedules";'],
  ["schedules ─✗─ core", "packages/schedules/src/index.ts", 'import "@faasade/core";'],
  ["formats ─✗─ core", "packages/formats/src/csv.ts", 'import "@faasade/core";'],
  ["connectors ─✗─ platforms", port, 'import "@faasade/platforms/shared/server";'],
  ["connectors ─✗─ schedules", port, 'import "@faasade/schedules";'],
  ["connectors ─✗─ local", port, 'import "@faasade/local";'],
  ["runtime ─✗─ connectors", runtime, 'import "@faasade/connectors/queue";'],
  ["runtime ─✗─ schedules", runtime, 'import "@faasade/schedules";'],
  ["shared ─✗─ local", "packages/platforms/src/shared/server/index.ts", 'import "@faasade/local";'],
  ["platform ─✗─ connectors", platform, 'import "@faasade/connectors/queue";'],
  ["platform ─✗─ file system", platform, 'import "node:fs";'],
  ["platform ─✗─ network", platform, 'import "node:http";'],
  ["manifest ─✗─ file system", "packages/platforms/src/aws-lambda/manifest/http.ts", 'import "node:fs";'],
  [
    "manifest ─✗─ connectors",
    "packages/platforms/src/shared/kubernetes/pod.ts",
    'import "@faasade/connectors/sql";',
  ],
  ["build ─✗─ connectors", "packages/build/src/build.ts", 'import "@faasade/connectors/queue/sql";'],
  ["build ─✗─ a runtime", "packages/build/src/build.ts", 'import "@faasade/platforms/aws-lambda";'],
  ["build ─✗─ local", "packages/build/src/build.ts", 'import "@faasade/local";'],
  ["deploy ─✗─ local", "packages/deploy/src/index.ts", 'import "@faasade/local/control";'],
  ["deploy ─✗─ an app", "packages/deploy/src/index.ts", 'import "@faasade/app-hello";'],
  ["local ─✗─ an app", "packages/local/src/index.ts", 'import "@faasade/app-hello";'],
  ["cli ─✗─ an app", "packages/cli/src/main.ts", 'import "@faasade/app-hello";'],
];

const allowed: [says: string, file: string, code: string][] = [
  ["app ─► core", app, 'import "@faasade/core";'],
  ["story ─► what stories are", "apps/hello/story.ts", 'import type { Story } from "@faasade/core/story";'],
  ["app ─► port", app, 'import "@faasade/connectors/object-store";'],
  [
    "app ─► schedules, formats, flows",
    app,
    'import "@faasade/flows";\nimport "@faasade/formats";\nimport "@faasade/schedules";',
  ],
  ["app ─► its own logic and libraries", app, 'import "sharp";\nimport "valibot";\nimport "../greeting.ts";'],
  [
    "app ─► pure parts of Node",
    app,
    'import "node:path";\nimport "node:stream/promises";\nimport "node:zlib";',
  ],
  ["app ─► the one way out", app, 'import "@faasade/platforms/aws-lambda/native";'],
  [
    "app ─► dates made of values",
    app,
    'export const dates = [new Date(0), Date.UTC(2026, 0), Date.parse("2026-01-01")];',
  ],
  [
    "app ─► hashes and signatures",
    app,
    'import { createHash, createHmac, timingSafeEqual } from "node:crypto";\nexport const key = crypto.subtle;\nexport { createHash, createHmac, timingSafeEqual };',
  ],
  [
    "an app's tests ─► local and the clock",
    "apps/hello/test/greet.test.ts",
    'import "@faasade/local";\nexport const now = Date.now();',
  ],
  [
    "connectors ─► core, formats, SDKs",
    port,
    'import "@aws-sdk/client-s3";\nimport "@faasade/core";\nimport "@faasade/formats";',
  ],
  [
    "runtime ─► core, shared",
    runtime,
    'import "@faasade/core/adapter";\nimport "../shared/server/index.ts";',
  ],
  [
    "build ─► core, platforms",
    "packages/build/src/build.ts",
    'import "@faasade/core/adapter";\nimport "@faasade/platforms";',
  ],
  ["platform ─► core, schedules", platform, 'import "@faasade/core";\nimport "@faasade/schedules";'],
  [
    "deploy ─► build, connectors, platforms",
    "packages/deploy/src/index.ts",
    'import "@faasade/build";\nimport "@faasade/connectors/object-store/s3";\nimport "@faasade/platforms";',
  ],
  [
    "local ─► everything of ours",
    "packages/local/src/index.ts",
    'import "@faasade/cli";\nimport "@faasade/connectors/sql/pglite";\nimport "node:fs";',
  ],
];

describe("a dependency arrow", () => {
  let findings: string[];
  const folder = mkdtempSync(join(tmpdir(), "faasade-arrows-"));
  beforeAll(async () => {
    for (const part of ["biome.json", ".gitignore", "tools/lint"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    for (const [index, [, file, code]] of [...forbidden, ...allowed].entries())
      plant(planted(file, index), code);
    findings = await lint();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(forbidden.map((row, index) => [row[0], planted(row[1], index)]))(
    "%s fails the check",
    (_, file) => {
      expect(findings.filter((line) => line.startsWith(`${file} `))).not.toEqual([]);
    },
  );

  it.each(allowed.map((row, index) => [row[0], planted(row[1], index + forbidden.length)]))(
    "%s passes",
    (_, file) => {
      expect(findings.filter((line) => line.startsWith(`${file} `))).toEqual([]);
    },
  );

  function plant(file: string, code: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }

  /** "file rule message" for each error, from biome's lines for GitHub. */
  async function lint(): Promise<string[]> {
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "lint", "--reporter=github", "--max-diagnostics=none", "."];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout));
    });
    return [...output.matchAll(/^::error (?:title=)?([^,]+),file=([^,]+),[^:]*::(.*)$/gm)].map(
      ([, rule, file = "", message]) => `${file.slice(file.indexOf("case"))} ${rule} ${message}`,
    );
  }
});

/** Every case lies in a folder of its own, so that one file's findings are not taken for another's. */
function planted(file: string, index: number): string {
  return `case${index}/${file}`;
}
