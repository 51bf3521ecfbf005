// A zip whose bytes depend on nothing but its files.
import { type ZippableFile, zipSync } from "fflate";
import { type ArtefactFile, byPath, modeOf } from "./artefact-file.ts";

const unix = 3;
const regularFile = 0o100000;
/** The format's earliest time. It is written as local time, so it is given as such. */
const epoch = "1980-01-01T00:00:00";

export function zip(files: readonly ArtefactFile[]): Uint8Array {
  const entries = [...files].sort(byPath).map((file): [string, ZippableFile] => {
    const attrs = ((regularFile | modeOf(file)) << 16) >>> 0;
    return [file.path, [file.bytes, { attrs }]];
  });
  return zipSync(Object.fromEntries(entries), { level: 6, mtime: epoch, os: unix });
}
