// Native packages come for the system that runs them, by the lockfile, checked.
// Needs apps/image-conversion.
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { closureOf, titlesOf } from "../src/native/lockfile.ts";
import { processPlatform, root } from "./process-platform.ts";
import { buildInChild } from "./start.ts";
import { provedWithPackages } from "./with-packages.ts";
import { temporaryFolder } from "./workspace.ts";

const system = { os: "linux", cpu: "arm64", libc: "glibc" } as const;
const arm64 = 0xb7;

// They may have to be fetched first.
describe("native packages", { timeout: 180_000 }, () => {
  it("are those of linux-arm64, whatever this machine is", async (context) => {
    const outFolder = await temporaryFolder();
    const { folder, artefacts } = await provedWithPackages(context, () =>
      buildApp({
        root,
        app: "image-conversion",
        platform: processPlatform,
        packaging: "zip",
        stage: "test",
        outFolder,
      }),
    );
    const [artefact] = artefacts;
    const files = unzipSync(await readFile(join(folder, artefact?.path ?? "")));
    const binaries = Object.entries(files).filter(([, bytes]) => bytes[0] === 0x7f && bytes[1] === 0x45);
    expect(binaries.map(([path]) => path.replace(/[\d.]+$/, ""))).toEqual([
      "node_modules/@img/sharp-libvips-linux-arm64/lib/libvips-cpp.so",
      "node_modules/@img/sharp-linux-arm64/lib/sharp-linux-arm64-0.35.5.node",
    ]);
    // The machine of an ELF header stands at byte 18.
    for (const [, bytes] of binaries) expect(Buffer.from(bytes).readUInt16LE(18)).toBe(arm64);
    expect(Object.keys(files).filter((path) => /\.(d\.ts|map|cc|h)$/.test(path))).toEqual([]);
    const { packedBytes, unpackedBytes } = artefact ?? {};
    console.log(`image-conversion with sharp: ${packedBytes} bytes packed, ${unpackedBytes} unpacked`);
  });

  it.skipIf(process.platform !== "linux")(
    "work where they were built for (on Linux only)",
    async (context) => {
      const outFolder = await temporaryFolder();
      const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
      const cpu = process.arch === "arm64" ? "arm64" : "x64";
      const here = {
        os: "linux",
        cpu,
        libc: header.glibcVersionRuntime === undefined ? "musl" : "glibc",
      } as const;
      const packagings = { folder: { ...processPlatform.packagings["folder"]!, system: here } };
      const platform = { ...processPlatform, packagings };
      const { folder } = await provedWithPackages(context, () =>
        buildApp({ root, app: "image-conversion", platform, stage: "test", outFolder }),
      );
      const cwd = join(folder, "image-conversion");
      const program = `import sharp from "sharp";
const picture = sharp({ create: { width: 8, height: 4, channels: 3, background: "red" } });
console.log((await picture.webp().toBuffer()).length > 0);`;
      const flags = ["--permission", `--allow-fs-read=${cwd}`, "--allow-addons", "--input-type=module", "-e"];
      // Nothing else may be read, not even what the tests' own options name.
      const env = { ...process.env, NODE_OPTIONS: "" };
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], { cwd, env });
      expect(stdout).toBe("true\n");
    },
  );

  it("are asked for by name when they cannot be had, and the cache stays clean", async () => {
    const [outFolder, cache] = [await temporaryFolder(), await temporaryFolder()];
    const killed = join(cache, "ours/native/0000.killed");
    await mkdir(killed, { recursive: true });
    await utimes(killed, 0, 0);
    const env = {
      FAASADE_CACHE: join(cache, "ours"),
      npm_config_cache: join(cache, "npm"),
      npm_config_offline: "true",
    };
    const options = { root, app: "image-conversion", stage: "test", outFolder };
    const { code, said } = await buildInChild(options, { env });
    expect(code).toBe(1);
    expect(said).toContain("Cannot fetch the native packages of image-conversion for linux-arm64-glibc");
    expect(said).toContain("@img/sharp-linux-arm64@0.35.5");
    expect(said).toContain("ENOTCACHED");
    expect(await readdir(join(cache, "ours/native"))).toEqual([]);
  });
});

describe("what the lockfile names", () => {
  const locked = {
    "node_modules/photo": {
      version: "1.0.0",
      integrity: "sha512-a",
      dependencies: { colour: "^2.0.0" },
      optionalDependencies: { "photo-arm": "1.0.0", "photo-x64": "1.0.0", "photo-musl": "1.0.0" },
    },
    "node_modules/photo-arm": {
      version: "1.0.0",
      integrity: "sha512-b",
      os: ["linux"],
      cpu: ["arm64"],
      libc: ["glibc"],
    },
    "node_modules/photo-x64": { version: "1.0.0", integrity: "sha512-c", os: ["linux"], cpu: ["x64"] },
    "node_modules/photo-musl": {
      version: "1.0.0",
      integrity: "sha512-d",
      os: ["linux"],
      cpu: ["arm64"],
      libc: ["musl"],
    },
    "node_modules/colour": { version: "1.0.0", integrity: "sha512-e" },
    "node_modules/photo/node_modules/colour": { version: "2.0.0", integrity: "sha512-f" },
    "apps/x/node_modules/film": {
      version: "3.0.0",
      integrity: "sha512-g",
      dependencies: { colour: "^1.0.0" },
    },
  };

  it("is taken with its dependencies as Node would find them, for one system only", () => {
    expect(titlesOf(closureOf(locked, ["node_modules/photo"], system))).toEqual([
      "colour@2.0.0",
      "photo-arm@1.0.0",
      "photo@1.0.0",
    ]);
    const musl = { ...system, libc: "musl" } as const;
    expect(titlesOf(closureOf(locked, ["node_modules/photo"], musl))).toContain("photo-musl@1.0.0");
  });

  it("keeps two versions of one package apart", () => {
    const closure = closureOf(locked, ["node_modules/photo", "apps/x/node_modules/film"], system);
    expect(closure["node_modules/film"]?.version).toBe("3.0.0");
    expect(closure["node_modules/colour"]?.version).toBe("1.0.0");
    expect(closure["node_modules/photo/node_modules/colour"]?.version).toBe("2.0.0");
  });

  it("is refused without an integrity, and without a part for the system", () => {
    const { integrity: _, ...unchecked } = locked["node_modules/photo"];
    expect(() =>
      closureOf({ ...locked, "node_modules/photo": unchecked }, ["node_modules/photo"], system),
    ).toThrow("no integrity");
    const { "node_modules/photo-arm": _arm, ...rest } = locked;
    expect(() => closureOf(rest, ["node_modules/photo"], system)).toThrow("no part of it for that system");
  });
});
