// The image that an app's image stands on: an OCI image layout, as a folder or as an archive of one.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { System } from "@faasade/platforms/shared/platform";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { unpackTar } from "modern-tar";
import { digestOf } from "./layer.ts";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly config?: Readonly<Record<string, unknown>> & { readonly Env?: readonly string[] };
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history?: readonly object[];
  readonly [more: string]: unknown;
}

export interface BaseImage {
  /** Of its manifest. */
  readonly digest: string;
  readonly config: ImageConfig;
  readonly layers: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[];
}

export const architectures = { x64: "amd64", arm64: "arm64" } as const;

type Read = (path: string) => Promise<Uint8Array>;

/** @throws {Error} when it is no layout, holds no image for the system, or a blob is not what its digest says. */
export async function readBaseImage(path: string, system: System): Promise<BaseImage> {
  try {
    return await readLayout(await opener(path), system);
  } catch (error) {
    throw new Refusal(
      `Cannot build on ${path}: ${(error as Error).message}. Give an OCI image layout or an archive of one, ` +
        "such as `skopeo copy docker://… oci:…` writes.",
      { cause: error },
    );
  }
}

async function opener(path: string): Promise<Read> {
  if ((await stat(path)).isDirectory()) return (name) => readFile(join(path, name));
  const entries = new Map<string, Uint8Array>();
  for (const { header, data } of await unpackTar(await readFile(path)))
    if (data !== undefined) entries.set(header.name.replace(/^\.\//, ""), data);
  return async (name) => {
    const found = entries.get(name);
    if (found === undefined) throw new Error(`there is no ${name} in it`);
    return found;
  };
}

async function readLayout(read: Read, system: System): Promise<BaseImage> {
  const blob = async ({ digest }: Descriptor): Promise<Uint8Array> => {
    const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
    if (hex === undefined) throw new Error(`${digest} is no sha256 digest`);
    const bytes = await read(`blobs/sha256/${hex}`);
    if (digestOf(bytes) !== digest) throw new Error(`the content of ${digest} is another`);
    return bytes;
  };
  const json = async <T>(descriptor: Descriptor): Promise<T> => parse<T>(await blob(descriptor));

  const index = parse<{ manifests: Descriptor[] }>(await read("index.json"));
  const candidates = await flatten(index.manifests, json);
  for (const descriptor of candidates) {
    const manifest = await json<{ config: Descriptor; layers: Descriptor[] }>(descriptor);
    const config = await json<ImageConfig>(manifest.config);
    if (config.os !== system.os || config.architecture !== architectures[system.cpu]) continue;
    const layers = manifest.layers.map(async (one) => ({ descriptor: one, bytes: await blob(one) }));
    return { digest: descriptor.digest, config, layers: await Promise.all(layers) };
  }
  throw new Error(`it holds no image for ${system.os}/${architectures[system.cpu]}`);
}

/** The manifests of images, those in nested indexes too; attestations beside them are none. */
async function flatten(
  descriptors: readonly Descriptor[],
  json: <T>(descriptor: Descriptor) => Promise<T>,
): Promise<Descriptor[]> {
  const nested = descriptors.map(async (one) => {
    if (!/index|manifest\.list/.test(one.mediaType)) return one.platform?.os === "unknown" ? [] : [one];
    return flatten((await json<{ manifests: Descriptor[] }>(one)).manifests, json);
  });
  return (await Promise.all(nested)).flat();
}

function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
