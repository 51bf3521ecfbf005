// What rows are joined to and masked by: airports by their code, a pseudonym for each contact.
import type { ObjectReader } from "@faasade/connectors/object-store";
import { FunctionError, type SecretClient } from "@faasade/core";
import { readCsv } from "@faasade/formats/csv";
import { BadRow } from "@faasade/formats/rows";
import type { Lookups } from "./flight.ts";
import { masker } from "./mask.ts";

const key = "airports.csv";

interface Sources {
  readonly reference: ObjectReader;
  readonly maskingKey: SecretClient;
}

/** @throws {FunctionError} `unavailable` until there is a list of airports, and a key. */
export async function readLookups(
  places: Lookups["places"],
  { reference, maskingKey }: Sources,
): Promise<Lookups> {
  return { places, airports: await readAirports(reference), mask: masker(await maskingKey.get()) };
}

async function readAirports(reference: ObjectReader): Promise<ReadonlyMap<string, string>> {
  const object = await reference.get(key);
  if (object === undefined) {
    const message = `Cannot join flights to airports: there is no ${key} in reference.`;
    throw new FunctionError("unavailable", message);
  }
  const { columns, batches } = await readCsv(object.stream());
  const [code, name] = [columns.indexOf("faa"), columns.indexOf("name")];
  const airports = new Map<string, string>();
  for await (const { rows } of batches) {
    for (const row of rows) if (!(row instanceof BadRow)) airports.set(String(row[code]), String(row[name]));
  }
  return airports;
}
