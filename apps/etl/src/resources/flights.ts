// The engine that queries the lake; it keeps nothing itself.
import { warehouse } from "@faasade/connectors/warehouse";

export const flights = warehouse("flights");
