// Secrets by name, from the environment and from files, under one suite and each in its own ways.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testSecretDriver } from "../../src/secret/conformance.ts";
import { open as openEnv } from "../../src/secret/env.ts";
import { open as openFile } from "../../src/secret/file.ts";

const home = mkdtempSync(join(tmpdir(), "faasade-secrets-"));
const folder = join(home, "secrets");
mkdirSync(folder);
const url = pathToFileURL(folder).href;
afterAll(() => rmSync(home, { recursive: true, force: true }));

testSecretDriver("secrets in the environment", {
  open: () => openEnv("env:"),
  set(name, value) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  },
});

testSecretDriver("secrets in files", {
  open: () => openFile(url),
  set(name, value) {
    if (value === undefined) rmSync(join(folder, name), { force: true });
    else writeFileSync(join(folder, name), value);
  },
});

describe("secrets in the environment", () => {
  it("take no other URL", () => {
    expect(() => openEnv("env:OTHER_")).toThrow('takes "env:"');
  });
});

describe("secrets in files", () => {
  const secrets = openFile(url);
  beforeEach(() => rmSync(join(folder, "TOKEN"), { force: true }));

  it("lose one line break at the end, nothing else", async () => {
    writeFileSync(join(folder, "TOKEN"), "a b\n\n");
    expect(await secrets("TOKEN")).toBe("a b\n");
    writeFileSync(join(folder, "TOKEN"), " a\r\n");
    expect(await secrets("TOKEN")).toBe(" a");
  });

  it("may be links, as Kubernetes mounts them, and change with their target", async () => {
    writeFileSync(join(folder, "one"), "1");
    symlinkSync(join(folder, "one"), join(folder, "TOKEN"));
    expect(await secrets("TOKEN")).toBe("1");
    writeFileSync(join(folder, "two"), "2");
    renameSync(join(folder, "two"), join(folder, "one"));
    expect(await secrets("TOKEN")).toBe("2");
  });

  it("never lie outside the folder", async () => {
    writeFileSync(join(home, "PASSWORD"), "s3cret");
    mkdirSync(join(folder, "TOKEN.D"));
    writeFileSync(join(folder, "TOKEN.D", "A"), "s3cret");
    for (const name of ["../PASSWORD", "TOKEN.D/../../PASSWORD", "TOKEN.D/A", "TOKEN.D"]) {
      await expect(secrets(name), name).rejects.toMatchObject({ code: "unavailable" });
    }
  });

  it("are refused beyond 64 KiB, before they are read", async () => {
    writeFileSync(join(folder, "TOKEN"), "x".repeat(64 * 1024));
    expect(await secrets("TOKEN")).toHaveLength(64 * 1024);
    writeFileSync(join(folder, "TOKEN"), "x".repeat(64 * 1024 + 1));
    await expect(secrets("TOKEN")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("take no URL that is not an absolute folder", () => {
    expect(() => openFile("file://secrets")).toThrow("file:///absolute/folder");
  });
});
