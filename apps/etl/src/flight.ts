// A row of a file to a flight: checked field by field, joined to its airports, without personal data.
import { FieldError, Fields } from "@faasade/formats/fields";
import type { Row } from "@faasade/formats/rows";

/** Values in the order of `flightColumns`. */
export type Flight = readonly (string | number | null)[];

export const flightColumns = [
  ...["dt", "carrier", "flight", "origin", "dest", "scheduled", "dep_delay", "arr_delay", "air_time"],
  ...["distance", "tailnum", "origin_name", "dest_name", "contact"],
] as const;

/** What rows are checked against and joined to. */
export interface Lookups {
  /** Where each column of the contract stands. */
  readonly places: ReadonlyMap<string, number>;
  /** Names by IATA code. */
  readonly airports: ReadonlyMap<string, string>;
  readonly mask: (contact: string) => string;
}

/** @returns the flight, or what is wrong with the first field that is not as it should be. */
export function toFlight(row: Row, { places, airports, mask }: Lookups): Flight | string {
  const fields = new Fields(row, places);
  const contact = fields.text("contact");
  try {
    return [
      fields.day("date"),
      fields.matching("carrier", /^[A-Z0-9]{2}$/),
      fields.number("flight", 1, 9999),
      fields.text("origin"),
      fields.text("dest"),
      fields.minute("scheduled"),
      fields.optionalNumber("dep_delay", -180, 3000),
      fields.optionalNumber("arr_delay", -240, 3000),
      fields.optionalNumber("air_time", 1, 1500),
      fields.number("distance", 1, 12_000),
      fields.text("tailnum") === "" ? null : fields.matching("tailnum", /^[A-Z0-9-]{2,8}$/),
      fields.lookUp("origin", airports, "airports"),
      fields.lookUp("dest", airports, "airports"),
      contact === "" ? null : mask(contact),
    ];
  } catch (error) {
    if (error instanceof FieldError) return error.message;
    throw error;
  }
}
