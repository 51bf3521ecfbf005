// What may be stored beside the bytes: the least that every store keeps unchanged.
import { FunctionError } from "@faasade/core";
import type { PutOptions } from "./driver.ts";

/** What S3 allows for the names and values of an object together. */
const maxMetadataBytes = 2048;

/** @throws {FunctionError} `invalid` for what a header of a store could not carry. */
export function checkPutOptions(
  key: string,
  { contentType, metadata = {}, ifMatch, ifNoneMatch }: PutOptions,
): void {
  const refuse = (reason: string) =>
    new FunctionError("invalid", `Cannot put ${JSON.stringify(key)}: ${reason}.`);
  if (contentType !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(contentType)) {
    throw refuse("its content type is not 1 to 255 printable ASCII characters");
  }
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw refuse("ifMatch and ifNoneMatch exclude each other");
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
      throw refuse(`the metadata name ${JSON.stringify(name)} is not of a-z, 0-9 and "-", at most 64`);
    }
    if (typeof value !== "string" || !value.isWellFormed()) throw refuse(`the metadata ${name} is not text`);
    bytes += name.length + encodeURIComponent(value).length;
  }
  if (bytes > maxMetadataBytes) {
    throw refuse(`its metadata has ${bytes} bytes when percent-encoded, ${maxMetadataBytes} are allowed`);
  }
}
