// A made-up image to stand on, in an OCI layout.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "fflate";
import { packTar } from "modern-tar";

export interface BaseLayout {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly digest: string;
  readonly layerDigest: string;
}

export async function baseLayout(architecture = "arm64"): Promise<BaseLayout> {
  const files = new Map<string, Uint8Array>();
  const toBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const keep = (mediaType: string, bytes: Uint8Array) => {
    files.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const archive = await packTar([
    { header: { name: "etc/base", size: 4, mtime: new Date(0), type: "file" }, body: "base" },
  ]);
  const layer = keep("application/vnd.docker.image.rootfs.diff.tar.gzip", gzipSync(archive, { mtime: 0 }));
  const config = keep(
    "application/vnd.docker.container.image.v1+json",
    toBytes({
      os: "linux",
      architecture,
      config: {
        Env: ["PATH=/bin", "NODE_ENV=development"],
        Entrypoint: ["/entry"],
        Labels: { from: "base" },
      },
      rootfs: { type: "layers", diff_ids: [`sha256:${sha256(archive)}`] },
    }),
  );
  const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = keep(
    manifestType,
    toBytes({ schemaVersion: 2, mediaType: manifestType, config, layers: [layer] }),
  );
  const indexType = "application/vnd.oci.image.index.v1+json";
  const nested = keep(indexType, toBytes({ schemaVersion: 2, manifests: [manifest] }));
  files.set("index.json", toBytes({ schemaVersion: 2, manifests: [nested] }));
  files.set("oci-layout", toBytes({ imageLayoutVersion: "1.0.0" }));
  return { files, digest: manifest.digest, layerDigest: layer.digest };
}

export async function writeLayout({ files }: BaseLayout, folder: string): Promise<string> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
