// Images without Docker: what is written is what the OCI image specification says, on the base that was given.
// Needs apps/hello.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { packTar, unpackTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { baseLayout, sha256, writeLayout } from "./parent-layout.ts";
import { processPlatform, root } from "./process-platform.ts";
import { readTree, temporaryFolder } from "./workspace.ts";

const build = async (base?: string) => {
  const outFolder = await temporaryFolder();
  const options = {
    root,
    app: "hello",
    platform: processPlatform,
    packaging: "image",
    stage: "test",
    outFolder,
  };
  const { folder, artefacts } = await buildApp({ ...options, ...(base === undefined ? {} : { base }) });
  return { folder, artefact: artefacts[0]!, files: await readTree(folder) };
};
const parse = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

describe("an image", () => {
  it("is a layout whose every blob is what its digest says, the base's layers below the app's", async () => {
    const base = await baseLayout();
    const { artefact, files } = await build(await writeLayout(base, await temporaryFolder()));
    expect(artefact.path).toBe("hello/image");
    const blobs = [...files].filter(([path]) => path.startsWith("hello/image/blobs/"));
    for (const [path, bytes] of blobs) expect(path.endsWith(sha256(bytes))).toBe(true);
    const blob = (digest: string) => files.get(`hello/image/blobs/${digest.replace(":", "/")}`);

    const [entry] = parse(files.get("hello/image/index.json")).manifests;
    expect(entry).toMatchObject({
      digest: artefact.image?.digest,
      platform: { os: "linux", architecture: "arm64" },
    });
    expect(parse(files.get("hello/image/oci-layout"))).toEqual({ imageLayoutVersion: "1.0.0" });
    const manifest = parse(blob(entry.digest));
    expect(manifest.layers.map(({ digest }: { digest: string }) => digest)[0]).toBe(base.layerDigest);
    for (const { mediaType, digest, size } of [...manifest.layers, manifest.config]) {
      expect(mediaType).toMatch(/^application\/vnd\.oci\.image\./);
      expect(blob(digest)?.length).toBe(size);
    }
    const { config, rootfs, architecture } = parse(blob(manifest.config.digest));
    expect(architecture).toBe("arm64");
    const diffIds = manifest.layers.map(
      ({ digest }: { digest: string }) => `sha256:${sha256(gunzipSync(blob(digest)!))}`,
    );
    expect(rootfs.diff_ids).toEqual(diffIds);
    expect(config).toEqual({
      User: "1000:1000",
      Env: ["PATH=/bin", "NODE_ENV=production"],
      Entrypoint: ["/entry"],
      Cmd: ["node", "index.mjs"],
      WorkingDir: "/srv/app",
      Labels: {
        from: "base",
        "faasade-app": "hello",
        "faasade-stage": "test",
        "org.opencontainers.image.title": "hello/hello",
      },
    });
    expect(artefact.image?.base).toBe(base.digest);

    const entries = await unpackTar(gunzipSync(blob(manifest.layers[1].digest)!));
    const headers = entries.map(({ header }) => header);
    expect(headers[0]).toMatchObject({ name: "srv/app/", type: "directory", mode: 0o755 });
    expect(
      headers.every(({ uid, gid, mtime }) => uid === 1000 && gid === 1000 && mtime?.getTime() === 0),
    ).toBe(true);
    const names = headers.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    for (const { header, data } of entries)
      if (header.type === "file")
        expect(files.get(`hello/app/${header.name.slice("srv/app/".length)}`)).toEqual(
          Buffer.from(data ?? []),
        );
  });

  it("stands on an archive of a layout as well, with the same digest", async () => {
    const base = await baseLayout();
    const folder = await temporaryFolder();
    const archive = join(folder, "base.tar");
    const entries = [...base.files].map(([name, body]) => ({ header: { name, size: body.length }, body }));
    await writeFile(archive, await packTar(entries));
    const fromArchive = await build(archive);
    const fromFolder = await build(await writeLayout(base, await temporaryFolder()));
    expect(fromArchive.artefact.image).toEqual(fromFolder.artefact.image);
  });

  it("comes with a Dockerfile; without a base there is that and the layer, and the result says so", async () => {
    const { folder, artefact, files } = await build();
    expect(artefact).toMatchObject({ path: "hello", image: { base: "none" } });
    expect([...files.keys()]).toContain("hello/layer.tar.gz");
    expect(await readFile(join(folder, "hello/Dockerfile"), "utf8")).toBe(`FROM docker.io/library/node:24-slim
LABEL faasade-app="hello" \\
      faasade-stage="test" \\
      org.opencontainers.image.title="hello/hello"
ENV NODE_ENV=production
WORKDIR /srv/app
COPY --chown=1000:1000 app/ ./
USER 1000:1000
CMD ["node","index.mjs"]
`);
    const named = await build("registry.example/node:24");
    expect(named.artefact.image).toEqual({ base: "none" });
    expect(`${named.files.get("hello/Dockerfile")}`).toContain("FROM registry.example/node:24\n");
  });

  it("is refused on a base for another processor, or one whose content is not what it says", async () => {
    const other = await writeLayout(await baseLayout("amd64"), await temporaryFolder());
    await expect(build(other)).rejects.toThrow(/Cannot build on .*: it holds no image for linux\/arm64/);
    const base = await baseLayout();
    const tampered = await writeLayout(base, await temporaryFolder());
    await writeFile(join(tampered, "blobs", base.layerDigest.replace(":", "/")), "something else");
    await expect(build(tampered)).rejects.toThrow("the content of sha256:");
    await expect(build(await temporaryFolder())).rejects.toThrow("Give an OCI image layout");
  });
});
