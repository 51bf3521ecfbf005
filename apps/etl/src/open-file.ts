// A file of the inbox as rows, by what its name says it is.
import type { ObjectReader, StoredObject } from "@faasade/connectors/object-store";
import { FunctionError } from "@faasade/core";
import { readCsv } from "@faasade/formats/csv";
import { readJson, readNdjson } from "@faasade/formats/json";
import { readParquet } from "@faasade/formats/parquet";
import { FormatError, type RowReader } from "@faasade/formats/rows";

type Opener = (file: StoredObject, encoding: string, inbox: ObjectReader) => Promise<RowReader>;

const openers: Readonly<Record<string, Opener>> = {
  csv: (file, encoding) => readCsv(file.stream(), { encoding }),
  tsv: (file, encoding) => readCsv(file.stream(), { encoding, delimiter: "\t" }),
  json: (file, encoding) => readJson(file.stream(), { encoding }),
  ndjson: (file, encoding) => readNdjson(file.stream(), { encoding }),
  parquet: (file, _, inbox) => readParquet(rangesOf(file, inbox)),
};

export const fileEndings = Object.keys(openers).flatMap((name) => [`.${name}`, `.${name}.gz`]);

/** @throws {FormatError} for a file that cannot be read. */
export async function openFile(
  file: StoredObject,
  encoding: string,
  inbox: ObjectReader,
): Promise<RowReader> {
  const ending = /\.([a-z]+)(\.gz)?$/i.exec(file.info.key)?.[1]?.toLowerCase() ?? "";
  const open = Object.hasOwn(openers, ending) ? openers[ending] : undefined;
  if (open !== undefined) return open(file, encoding, inbox);
  throw new FormatError(
    `Cannot read ${file.info.key}: its name ends with none of ${fileEndings.join(", ")}.`,
  );
}

/** Parts of one version of a file. */
function rangesOf({ info }: StoredObject, inbox: ObjectReader) {
  return {
    byteLength: info.size,
    async slice(start: number, end: number) {
      const part = await inbox.get(info.key, { range: { start, end: end - 1 } });
      if (part?.info.etag === info.etag) return part.bytes({ maxBytes: end - start });
      await part?.[Symbol.asyncDispose]();
      throw new FunctionError("unavailable", `Cannot go on with ${info.key}: it was just replaced.`);
    },
  };
}
