// One layer of an image: a compressed archive whose bytes depend on nothing but its files.
import { createHash } from "node:crypto";
import { gzipSync } from "fflate";
import { packTar, type TarEntry } from "modern-tar";
import { type ArtefactFile, byPath, modeOf } from "./artefact-file.ts";

export interface Layer {
  readonly bytes: Uint8Array;
  /** Of the archive before it was compressed. */
  readonly diffId: string;
}

/** Whom the app's files belong to and who runs them: nobody's account, and not root. */
export const user = 1000;

/** @param folder where the files go, absolute, with "/". */
export async function layerOf(files: readonly ArtefactFile[], folder: string): Promise<Layer> {
  const root = folder.replace(/^\/|\/$/g, "");
  const owner = { uid: user, gid: user, uname: "", gname: "", mtime: new Date(0) };
  const folders = [...new Set(files.flatMap(({ path }) => parents(`${root}/${path}`, root)))].sort();
  const entries: TarEntry[] = folders.map((name) => ({
    header: { ...owner, name: `${name}/`, type: "directory", size: 0, mode: 0o755 },
  }));
  for (const file of [...files].sort(byPath))
    entries.push({
      header: {
        ...owner,
        name: `${root}/${file.path}`,
        type: "file",
        size: file.bytes.length,
        mode: modeOf(file),
      },
      body: file.bytes,
    });
  const archive = await packTar(entries);
  return { bytes: gzipSync(archive, { level: 6, mtime: 0 }), diffId: digestOf(archive) };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The folders between `top`, itself included, and the file; what is above is the base's. */
function parents(path: string, top: string): string[] {
  const found = [top];
  for (let end = path.indexOf("/", top.length + 1); end !== -1; end = path.indexOf("/", end + 1))
    found.push(path.slice(0, end));
  return found;
}
