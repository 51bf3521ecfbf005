// An OCI image layout, written without Docker: the base's layers, and one with the app.
import type { System } from "@faasade/platforms/shared/platform";
import type { ArtefactFile } from "./artefact-file.ts";
import { digestOf, type Layer, user } from "./layer.ts";
import { architectures, type BaseImage, type Descriptor, type ImageConfig } from "./parent-image.ts";

export interface ImageRequest {
  readonly base: BaseImage;
  readonly layer: Layer;
  readonly system: System;
  readonly folder: string;
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface Image {
  readonly digest: string;
  readonly files: readonly ArtefactFile[];
}

const media = (kind: string): string => `application/vnd.oci.image.${kind}`;
const manifestType = media("manifest.v1+json");

export function imageOf(request: ImageRequest): Image {
  const { base, layer, system } = request;
  const blobs = new Map<string, Uint8Array>();
  const keep = (mediaType: string, bytes: Uint8Array): Descriptor => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  for (const { descriptor, bytes } of base.layers) blobs.set(descriptor.digest, bytes);
  const layers = [
    ...base.layers.map(({ descriptor: { mediaType, digest, size } }) => ({
      mediaType: toOci(mediaType),
      digest,
      size,
    })),
    keep(media("layer.v1.tar+gzip"), layer.bytes),
  ];
  const config = keep(media("config.v1+json"), toBytes(configOf(request)));
  const manifest = toBytes({ schemaVersion: 2, mediaType: manifestType, config, layers });
  const platform = { os: system.os, architecture: architectures[system.cpu] };
  const index = {
    schemaVersion: 2,
    mediaType: media("index.v1+json"),
    manifests: [{ ...keep(manifestType, manifest), platform }],
  };
  const files = [...blobs].map(([digest, bytes]) => ({ path: `blobs/${digest.replace(":", "/")}`, bytes }));
  files.push({ path: "index.json", bytes: toBytes(index) });
  files.push({ path: "oci-layout", bytes: toBytes({ imageLayoutVersion: "1.0.0" }) });
  return { digest: digestOf(manifest), files };
}

function configOf({ base, layer, folder, command, labels }: ImageRequest): ImageConfig {
  const { config = {}, rootfs, history = [] } = base.config;
  const env = (config.Env ?? []).filter((one) => !one.startsWith("NODE_ENV="));
  const created = "1970-01-01T00:00:00Z";
  return {
    ...base.config,
    created,
    config: {
      ...config,
      User: `${user}:${user}`,
      Env: [...env, "NODE_ENV=production"],
      WorkingDir: folder,
      Cmd: command,
      Labels: { ...(config["Labels"] as object | undefined), ...labels },
    },
    rootfs: { type: "layers", diff_ids: [...rootfs.diff_ids, layer.diffId] },
    history: [...history, { created, created_by: "faasade build" }],
  };
}

/** Docker's media types have equals in OCI's, and the two do not go together in one manifest. */
function toOci(mediaType: string): string {
  return mediaType === "application/vnd.docker.image.rootfs.diff.tar.gzip"
    ? media("layer.v1.tar+gzip")
    : mediaType;
}

function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
